-- The door to C: finds the library and the header, checks that they belong together, and turns statuses into errors.
-- A backend is {name, lib, ctx}; every tensor class has one, so calls read
-- check(b, b.lib.pen_fill(b.ctx, t, 0)).
local ffi = require 'ffi'
local blame = require 'pen.blame'

local here = assert(debug.getinfo(1, 'S').source:match('^@(.*)lua/pen/ffi%.lua$'), 'cannot tell where pen/ffi.lua lies')
if here == '' then here = './' end

local function readable(name)
  local file = io.open(name, 'rb')
  if file then file:close() end
  return file and name
end

-- A checkout has build/ and core/include beside lua/; an installation keeps library and header one level up.
local build = os.getenv('PENTIMENTO_BUILD') or here .. 'build'
local function locate(what, ...)
  for _, name in ipairs {...} do
    if readable(name) then return name end
  end
  error(what .. ' not found in ' .. table.concat({...}, ' or ') .. '; run scripts/setup', 0)
end

local header = locate('pen_api.h', here .. 'core/include/pen_api.h', here .. 'include/pen_api.h')
ffi.cdef(assert(io.open(header)):read('*a'))

-- OpenMP's idle threads spin for milliseconds unless told otherwise before the library is loaded. Where other programs
-- want the processors too, that made evaluations ten to fifty times slower. A thousand turns cost little there, and on
-- a quiet machine little against spinning on; sleeping at once would cost small pictures half their speed.
ffi.cdef 'int setenv(const char *name, const char *value, int overwrite);'
ffi.C.setenv('GOMP_SPINCOUNT', '1000', 0)

local function load_library(file)
  local lib = ffi.load(file)
  if lib.pen_abi() ~= lib.PEN_ABI then
    error(('%s has interface %d, not %d as the Lua files expect; run scripts/setup'):format(file, lib.pen_abi(),
      lib.PEN_ABI), 0)
  end
  return lib
end

local function open_backend(name, lib, device)
  local out = ffi.new('pen_ctx *[1]')
  if lib.pen_ctx_new(out, device) ~= 0 then error(ffi.string(lib.pen_last_error()), 0) end
  return {name = name, lib = lib, ctx = out[0], device = device}
end

local M = {root = here}
local cpu_file = locate('libpen_cpu.so', build .. '/libpen_cpu.so', here .. 'libpen_cpu.so')
M.cpu = open_backend('cpu', load_library(cpu_file), 0)
M.C = M.cpu.lib

local precision = os.getenv('PENTIMENTO_PRECISION') or 'fast'
local devices, missing

local function open_devices()
  local name = 'libpen_cuda.so'
  local file = os.getenv('PENTIMENTO_CUDA') or readable(build .. '/' .. name) or readable(here .. name)
  if not file then error('Pentimento was built without CUDA: nvcc was not found', 0) end
  local lib, count, list = load_library(file), ffi.new('int[1]'), {}
  if lib.pen_device_count(count) ~= 0 then error(ffi.string(lib.pen_last_error()):gsub('^[%w_]+: ', ''), 0) end
  for device = 0, count[0] - 1 do
    list[device] = open_backend('device ' .. device, lib, device)
    M.set_precision(list[device], precision)
  end
  lib.pen_ctx_select(list[0].ctx)
  return list
end

-- The backends of all GPUs, by their 0-based number, or nil and why there are none. The library is loaded at the first
-- call: libpen_cuda.so, or what PENTIMENTO_CUDA names in its place (tests: libpen_far.so, see CMakeLists.txt).
function M.devices()
  if not devices and not missing then
    local ok, result = pcall(open_devices)
    if ok then devices = result else missing = result end
  end
  return devices, missing
end

local precisions = {fast = M.C.PEN_FAST, exact = M.C.PEN_EXACT, bf16 = M.C.PEN_BF16}

-- 'fast', 'exact' or 'bf16' (GPUs): see pen_ctx_precision. Contexts begin with what PENTIMENTO_PRECISION says, or fast.
function M.set_precision(backend, name)
  if not precisions[name] then error(('precision %s: fast, exact or bf16'):format(tostring(name)), 2) end
  M.check(backend, backend.lib.pen_ctx_precision(backend.ctx, precisions[name]))
end

-- Raises what C said: from torch at the line that called torch, else at a level that counts from here as in error(): 3
-- blames the caller of the function that called check.
local function complain(backend, level)
  local text = ffi.string(backend.lib.pen_last_error())
  if blame.is_torch(3) then blame.raise(text) end
  error(text, level + 1)
end
function M.check(backend, status, level)
  if status ~= 0 then complain(backend, level or 3) end
  return status
end

M.set_precision(M.cpu, precision == 'bf16' and 'fast' or precision)

return M
