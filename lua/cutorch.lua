-- cutorch: torch.CudaTensor and its kin, conversions to them, and the device functions that scripts call. GPUs are
-- devices 1 to n; they are looked for when the first Cuda tensor is made or a device function is called. Without one
-- the same classes live on the CPU backend, so that scripts written for a GPU run unchanged; stderr says so once.
--
-- A Cuda tensor stays on the device that was current when it was made, and only the current device computes. Device 0
-- is the CPU, for scripts that call setDevice(gpu + 1) with gpu = -1. Random numbers are drawn on the host: seeding
-- cutorch seeds torch.
local ffi = require 'ffi'
local pen = require 'pen.ffi'
require 'torch'
local T = require 'torch.tensor'

local cutorch = {hasHalf = false, hasFastHalfInstructions = function() return false end}

-- ---- where Cuda tensors live ----

local devices -- backends by 0-based number; -1 is the CPU, and 0 as well where there is no GPU
local current = 0

-- The backend of all Cuda classes: the current device's. It fills itself when it is first used.
local backend = {}

local function select_device(number)
  local chosen = devices[number]
  backend.name, backend.lib, backend.ctx, backend.device = chosen.name, chosen.lib, chosen.ctx, chosen.device
  backend.host, current = chosen == pen.cpu, number
  pen.check(backend, backend.lib.pen_ctx_select(backend.ctx))
end

local function open()
  local found, why = pen.devices()
  devices = found or {[0] = pen.cpu}
  devices[-1] = pen.cpu
  select_device(0)
  if not found then
    io.stderr:write(('cutorch: no CUDA device (%s); torch.CudaTensor runs on the CPU (%d threads)\n'):format(why,
      torch.getnumthreads()))
  end
end

setmetatable(backend, {__index = function(b, key)
  if devices then return nil end
  open()
  return rawget(b, key)
end})

local function need_devices()
  if not devices then open() end
end

-- Calls action while the device of a storage is the current one.
function T.at_device_of(store, action)
  local before = current
  if store.device == (backend.host and pen.C.PEN_HOST or before) then return action() end
  select_device(store.device)
  local ok, problem = pcall(action)
  select_device(before)
  if not ok then error(problem, 0) end
end

-- ---- classes and conversions ----

for method, kind in pairs {
  cuda = {'Cuda', 'PEN_FLOAT'}, cudaDouble = {'CudaDouble', 'PEN_DOUBLE'}, cudaByte = {'CudaByte', 'PEN_BYTE'},
  cudaChar = {'CudaChar', 'PEN_CHAR'}, cudaShort = {'CudaShort', 'PEN_SHORT'}, cudaInt = {'CudaInt', 'PEN_INT'},
  cudaLong = {'CudaLong', 'PEN_LONG'},
} do
  local prefix = kind[1]
  T.define_class(torch, prefix, pen.C[kind[2]], backend)
  T.methods[method] = function(self) return self:type('torch.' .. prefix .. 'Tensor') end
end

-- The 1-based device of a tensor, 0 for one on the host.
function T.methods.getDevice(t) return t.store ~= nil and t.store.device + 1 or 0 end

-- ---- devices ----

local function check_device(device)
  need_devices()
  if type(device) ~= 'number' or not devices[device - 1] then
    error(('cutorch: there is no device %s; devices are 1 to %d, and 0 is the CPU'):format(tostring(device),
      #devices + 1), 3)
  end
end

local function describe(device)
  check_device(device)
  local facts, chosen = ffi.new('pen_device'), devices[device - 1]
  pen.check(chosen, chosen.lib.pen_device_describe(facts, chosen.device))
  return facts
end

function cutorch.setDevice(device)
  check_device(device)
  select_device(device - 1)
end

function cutorch.getDevice()
  return current + 1
end

function cutorch.getDeviceCount()
  need_devices()
  return #devices + 1
end

-- Calls action() with another device as the current one; returns what it returns.
function cutorch.withDevice(device, action)
  local before = current
  local function finish(ok, ...)
    select_device(before)
    if not ok then error((...), 0) end
    return ...
  end
  cutorch.setDevice(device)
  return finish(pcall(action))
end

-- Free and total memory in bytes.
function cutorch.getMemoryUsage(device)
  local facts = describe(device or current + 1)
  return tonumber(facts.free), tonumber(facts.total)
end

function cutorch.getDeviceProperties(device)
  local facts = describe(device or current + 1)
  return {
    name = ffi.string(facts.name), major = facts.major, minor = facts.minor, multiProcessorCount = facts.processors,
    totalGlobalMem = tonumber(facts.total), freeGlobalMem = tonumber(facts.free),
  }
end

-- As 12040 for CUDA 12.4; 0 without CUDA.
function cutorch.getRuntimeVersion() return describe(current + 1).runtime end
function cutorch.getDriverVersion() return describe(current + 1).driver end

-- ---- waiting: each device has one stream, in which work is done in the order of the calls ----

function cutorch.synchronize() pen.check(backend, backend.lib.pen_ctx_sync(backend.ctx)) end
cutorch.streamSynchronize = cutorch.synchronize

function cutorch.synchronizeAll()
  need_devices()
  for number = 0, #devices do pen.check(devices[number], devices[number].lib.pen_ctx_sync(devices[number].ctx)) end
end

function cutorch.getNumStreams() return 0 end
function cutorch.getStream() return 0 end

-- Memory of every device already drives Lua's collector.
function cutorch.setHeapTracking(_) end

-- The C context that stands for CUDA's state.
function cutorch.getState() return backend.ctx end

-- ---- random numbers ----

for name, original in pairs {
  manualSeed = 'manualSeed', manualSeedAll = 'manualSeed', seed = 'seed', seedAll = 'seed', initialSeed = 'initialSeed',
  getRNGState = 'getRNGState', setRNGState = 'setRNGState',
} do
  cutorch[name] = function(...) return torch[original](...) end
end

_G.cutorch = cutorch
return cutorch
