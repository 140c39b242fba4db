-- Views for kernel specs, made by hand so that these specs need nothing above pen.ffi.
local ffi = require 'ffi'
local helper = require 'helper'
local pen = require 'pen.ffi'

local M = {}

local c_types = {
  byte = 'uint8_t', char = 'int8_t', short = 'int16_t', int = 'int32_t', long = 'int64_t', float = 'float',
  double = 'double',
}
M.types = {'byte', 'char', 'short', 'int', 'long', 'float', 'double'}

local View = {}
View.__index = View

-- Place in the storage of the i-th element (0-based, row-major).
function View:at(i)
  local place, t = tonumber(self.tensor.start), self.tensor
  for d = t.ndim - 1, 0, -1 do
    local size = tonumber(t.sizes[d])
    place = place + i % size * tonumber(t.strides[d])
    i = math.floor(i / size)
  end
  return place
end

function View:get(i) return tonumber(self.data[self:at(i)]) end
function View:set(i, value) self.data[self:at(i)] = value end

-- All elements as a Lua list, 1-based.
function View:list()
  local list = {}
  for i = 0, self.n - 1 do list[i + 1] = self:get(i) end
  return list
end

-- Fills from a function of the 0-based index, a list, or a number; returns self.
function View:fill(from)
  for i = 0, self.n - 1 do
    self:set(i, type(from) == 'function' and from(i) or type(from) == 'table' and from[i + 1] or from)
  end
  return self
end

-- A new storage of n elements; the second result owns it.
local function storage(backend, dtype, n)
  local out = ffi.new('pen_storage *[1]')
  pen.check(backend, backend.lib.pen_storage_new(backend.ctx, out, dtype, n))
  return out[0], ffi.gc(out, pen.C.pen_release)
end

-- All elements of a storage as a vector, without a finalizer: somebody else owns the storage.
local function vector(store)
  local array = ffi.new('pen_tensor[1]')
  local t = array[0]
  t.store, t.ndim, t.dtype, t.sizes[0], t.strides[0] = store, 1, store.dtype, store.size, 1
  return array
end

-- A view of the named element type. strided: rows apart, every second element (of 'rows', all), first element not at
-- the start. Elements
-- are set and read on the host; views on a device have a copy there, which M.call brings up to date, and back.
function M.new(backend, kind, sizes, from, strided)
  local array = ffi.new('pen_tensor[1]') -- an element of an array has no finalizer: the view's handle owns the storage
  local t = array[0]
  local step = strided and strided ~= 'rows' and 2 or 1
  t.start, t.ndim, t.dtype = strided and 3 or 0, #sizes, backend.lib['PEN_' .. kind:upper()]
  local n = 1
  for d = #sizes, 1, -1 do
    t.sizes[d - 1], t.strides[d - 1] = sizes[d], step
    step, n = step * sizes[d] + (strided and 1 or 0), n * sizes[d]
  end
  local view = setmetatable({array = array, tensor = t, n = n, kind = kind}, View)
  local store
  store, view.handle = storage(pen.cpu, t.dtype, step + 4)
  t.store, view.data = store, ffi.cast(c_types[kind] .. ' *', store.data)
  if backend ~= pen.cpu then
    t.store, view.device_handle = storage(backend, t.dtype, step + 4)
    view.there, view.here = vector(t.store), vector(store)
  end
  return view:fill(from or 0)
end

-- The .npy file at shared/golden/name as a contiguous view of the given type.
function M.golden(backend, kind, name, sizes)
  local file = helper.npy(helper.shared .. '/golden/' .. name)
  return M.new(backend, kind, sizes or file.shape, function(i) return tonumber(file.data[i]) end)
end

local function each_on_device(arguments, n, action)
  for i = 1, n do
    local view = arguments[i]
    if getmetatable(view) == View and view.there then action(view) end
  end
end

-- Calls lib.pen_<name>(ctx, ...), views given as their tensors; errors are raised.
function M.call(backend, name, ...)
  local arguments, n, lib, ctx = {...}, select('#', ...), backend.lib, backend.ctx
  each_on_device(arguments, n, function(v) pen.check(backend, lib.pen_upload(ctx, v.there[0], v.here[0])) end)
  local tensors = {}
  for i = 1, n do tensors[i] = getmetatable(arguments[i]) == View and arguments[i].tensor or arguments[i] end
  pen.check(backend, lib['pen_' .. name](ctx, unpack(tensors, 1, n)))
  each_on_device(arguments, n, function(v) pen.check(backend, lib.pen_download(ctx, v.here[0], v.there[0])) end)
end

return M
