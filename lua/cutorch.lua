-- cutorch: torch.CudaTensor and its kin, conversions to them, and the device functions that scripts call. Without a GPU
-- the same classes live on the CPU backend, so scripts written for one run unchanged; a line on stderr says so once.
--
-- Device 1 is the device; 0 means the CPU, as in the scripts that call setDevice(gpu + 1) with gpu = -1. Other numbers
-- are errors. On the CPU, Cuda tensors share torch's random generator, so seeding one seeds the other.
local ffi = require 'ffi'
local pen = require 'pen.ffi'
require 'torch'
local T = require 'torch.tensor'

local cutorch = {hasHalf = false, hasFastHalfInstructions = function() return false end}

-- The one place that decides where Cuda tensors live.
local function device_backend()
  return pen.cpu
end

local backend = device_backend()
local count = 1
local current = 1

local kinds = {
  cuda = {'Cuda', 'PEN_FLOAT'}, cudaDouble = {'CudaDouble', 'PEN_DOUBLE'}, cudaByte = {'CudaByte', 'PEN_BYTE'},
  cudaChar = {'CudaChar', 'PEN_CHAR'}, cudaShort = {'CudaShort', 'PEN_SHORT'}, cudaInt = {'CudaInt', 'PEN_INT'},
  cudaLong = {'CudaLong', 'PEN_LONG'},
}

-- ---- the notice, at the first use of the device ----

local function threads()
  local n = ffi.new('int[1]')
  pen.check(backend, backend.lib.pen_ctx_threads(backend.ctx, n))
  return n[0]
end

local restore = {} -- what undoes the hooks below

local function announce()
  if not restore then return end
  for _, undo in ipairs(restore) do undo() end
  restore = nil
  if backend == pen.cpu then
    io.stderr:write(('cutorch: no CUDA device; torch.CudaTensor runs on the CPU (%d threads)\n'):format(threads()))
  end
end

-- Replaces owner[name] until the first call that concerns(...) finds to use the device.
local function hook(owner, name, concerns)
  local original = owner[name]
  owner[name] = function(...)
    if concerns(...) then announce() end
    return original(...)
  end
  restore[#restore + 1] = function() owner[name] = original end
end

-- ---- classes and conversions ----

for method, kind in pairs(kinds) do
  local prefix = kind[1]
  T.define_class(torch, prefix, pen.C[kind[2]], backend)
  hook(getmetatable(torch[prefix .. 'Tensor']), '__call', function() return true end)
  T.methods[method] = function(self) return self:type('torch.' .. prefix .. 'Tensor') end
end
hook(T.methods, 'type', function(_, name) return type(name) == 'string' and name:find('^torch%.Cuda') end)

-- ---- devices ----

local function check_device(device)
  if device ~= 0 and device ~= count then
    error(('cutorch: there is no device %s; devices are 1 to %d, and 0 is the CPU'):format(tostring(device), count), 3)
  end
end

function cutorch.setDevice(device)
  check_device(device)
  announce()
  current = device
end

function cutorch.getDevice()
  return current
end

function cutorch.getDeviceCount()
  return count
end

-- Calls action() with another device as the current one; returns what it returns.
function cutorch.withDevice(device, action)
  local before = current
  local function finish(ok, ...)
    current = before
    if not ok then error((...), 0) end
    return ...
  end
  cutorch.setDevice(device)
  return finish(pcall(action))
end

local function meminfo(key)
  local file = io.open('/proc/meminfo')
  if not file then return 0 end
  local text = file:read('*a')
  file:close()
  return (tonumber(text:match(key .. ':%s*(%d+)')) or 0) * 1024
end

-- Free and total memory in bytes.
function cutorch.getMemoryUsage(device)
  check_device(device or current)
  return meminfo('MemAvailable'), meminfo('MemTotal')
end

function cutorch.getDeviceProperties(device)
  local free, total = cutorch.getMemoryUsage(device)
  return {
    name = 'CPU', major = 0, minor = 0, multiProcessorCount = threads(), totalGlobalMem = total, freeGlobalMem = free,
  }
end

-- 0: there is no CUDA runtime.
function cutorch.getRuntimeVersion() return 0 end
function cutorch.getDriverVersion() return 0 end

-- Work on the CPU is done when a call returns.
function cutorch.synchronize() end
function cutorch.synchronizeAll() end
function cutorch.streamSynchronize() end

-- Memory of every device already drives Lua's collector.
function cutorch.setHeapTracking(_) end

-- The C context that stands for CUDA's state.
function cutorch.getState() return backend.ctx end
cutorch._state = backend.ctx

-- ---- random numbers ----

for name, original in pairs {
  manualSeed = 'manualSeed', manualSeedAll = 'manualSeed', seed = 'seed', seedAll = 'seed', initialSeed = 'initialSeed',
  getRNGState = 'getRNGState', setRNGState = 'setRNGState',
} do
  cutorch[name] = function(...) return torch[original](...) end
end

_G.cutorch = cutorch
return cutorch
