-- What .t7 files hold of a tensor and of a storage, behind the name of the class.
local error = require 'pen.blame'
local ffi = require 'ffi'
local T = require 'torch.tensor'
local M = {}

-- 'Float' for torch.FloatStorage and torch.CudaStorage.
local function storage_kind(s)
  local prefix = torch.typename(s):match('(%a+)Storage$')
  return prefix == 'Cuda' and 'Float' or prefix:match('^Cuda(%a+)$') or prefix
end

-- All elements on the host.
local function host_storage(s)
  if T.on_host(s) then return s end
  return T.host(T.class(s).tensor.new(s)):storage()
end

-- Halves lie in binary files as their bits, in others as decimal numbers; for both there is another storage.
local function half_stand_in(file, n) return file:isBinary() and torch.ShortStorage(n) or torch.FloatStorage(n) end

local function write_halves(file, s)
  local stand_in = half_stand_in(file, s:size())
  if file:isBinary() then ffi.copy(stand_in:data(), s:data(), 2 * s:size()) else stand_in:copy(s) end
  file[file:isBinary() and 'writeShort' or 'writeFloat'](file, stand_in)
end

local function read_halves(file, s)
  local stand_in = half_stand_in(file, s:size())
  file[file:isBinary() and 'readShort' or 'readFloat'](file, stand_in)
  if file:isBinary() then ffi.copy(s:data(), stand_in:data(), 2 * s:size()) else s:copy(stand_in) end
end

function M.write_storage(file, s)
  local kind = storage_kind(s)
  file:writeLong(s:size())
  if s:size() == 0 then return end
  if kind == 'Half' then write_halves(file, s) else file['write' .. kind](file, host_storage(s)) end
end

function M.read_storage(file, s)
  local n, kind = file:readLong(), storage_kind(s)
  if not file:holds(kind == 'Half' and (file:isBinary() and 'Short' or 'Float') or kind, n) then return end
  s:resize(n)
  if n == 0 then return end
  if kind == 'Half' then return read_halves(file, s) end
  local host = T.on_host(s) and s or torch[kind .. 'Storage'](n)
  file['read' .. kind](file, host)
  if host ~= s then s:copy(host) end
end

function M.write_tensor(file, t)
  file:writeInt(t:dim())
  file:writeLong(t:size())
  file:writeLong(t:stride())
  file:writeLong(t:storageOffset())
  file:writeObject(t:storage())
end

-- Raises an error unless a tensor's elements lie in its storage, as they do when they are written.
local function check_extent(storage, offset, sizes, strides)
  local last, count = offset, 1
  if not T.is_storage(storage) or #sizes ~= #strides then error('a tensor without a storage', 0) end
  for d = 1, #sizes do
    if sizes[d] < 0 or strides[d] < 0 then error('a tensor of negative size or stride', 0) end
    last, count = last + (sizes[d] - 1) * strides[d], count * sizes[d]
  end
  if count > 0 and (offset < 1 or last > storage:size()) then
    error(('a tensor reaches to element %.0f of a storage of %d'):format(last, storage:size()), 0)
  end
end

function M.read_tensor(file, t)
  local n = file:readInt()
  local sizes, strides, offset = file:readLong(n), file:readLong(n), file:readLong()
  local storage = file:readObject()
  if not storage or n == 0 then return end
  check_extent(storage, offset, sizes, strides)
  t:set(storage, offset, sizes, strides)
end

return M
