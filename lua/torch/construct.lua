-- What torch.FloatTensor(...) and torch.FloatStorage(...) make of their arguments.
local error = require 'pen.blame'
local ffi = require 'ffi'
local pen = require 'pen.ffi'
local heap = require 'pen.heap'
local class = require 'torch.class'
local T = require 'torch.tensor'
local refuse = require('torch.arguments').refuse
local C = pen.C

local view_out = ffi.new('pen_storage *[1]')

-- The elements of another storage from the 1-based offset on, size of them; it lives as long as this one.
local function storage_view(storage_class, source, offset, size)
  offset = offset or 1
  if source.klass ~= storage_class.id then
    error(('a %s cannot view a %s'):format(storage_class.typename, class.typename(source)), 4)
  end
  size = size or tonumber(source.store.size) - offset + 1
  pen.check(storage_class.backend, C.pen_storage_view(view_out, source.store, offset - 1, size), 5)
  return T.wrap_storage(view_out[0], storage_class)
end

-- torch.LongStorage(), (n), {values}, (storage [, offset [, size]])
function T.new_storage(storage_class, ...)
  local values = ...
  if T.is_storage(values) then return storage_view(storage_class, ...) end
  if values ~= nil and type(values) ~= 'number' and type(values) ~= 'table' then refuse(...) end
  if type(values) == 'table' and storage_class.dtype == C.PEN_HALF then
    return storage_class.tensor.new(values):storage()
  end
  local n = type(values) == 'table' and #values or values or 0
  local store = heap.storage(storage_class.backend, storage_class.dtype, n, storage_class.width)
  local ref = T.wrap_storage(store, storage_class)
  if type(values) == 'table' then
    local data = T.data(ref)
    for i = 1, n do
      if type(values[i]) ~= 'number' then error.named(('element at index %d is not a number'):format(i)) end
      data[i - 1] = values[i]
    end
  end
  return ref
end

-- ---- tensors ----

local function fill_from_table(t, values, depth, at)
  local data = T.data(t)
  for i = 1, tonumber(t.sizes[depth]) do
    local value = values[i]
    if depth < t.ndim - 1 then
      if type(value) ~= 'table' or #value ~= tonumber(t.sizes[depth + 1]) then
        error('invalid arguments: the nested tables do not make a box', 4)
      end
      at = fill_from_table(t, value, depth + 1, at)
    else
      if type(value) ~= 'number' then error('invalid arguments: element ' .. i .. ' is no number', 4) end
      data[at] = value
      at = at + 1
    end
  end
  return at
end

local function from_table(tensor_class, values)
  local host = tensor_class.dtype == C.PEN_HALF and T.class_named('torch.FloatTensor') or T.host_class(tensor_class)
  if host ~= tensor_class then return from_table(host, values):type(tensor_class.typename) end
  local t = T.empty(tensor_class)
  local sizes, level = {}, values
  while type(level) == 'table' do
    sizes[#sizes + 1] = #level
    level = level[1]
  end
  T.resize(t, sizes, #sizes)
  if t.ndim > 0 then fill_from_table(t, values, 0, 0) end
  return t
end

local function from_storage(tensor_class, storage, offset, ...)
  local t = T.empty(tensor_class)
  offset = offset or 1
  if type(offset) ~= 'number' or not (offset >= 1 and offset < 2 ^ 53) then
    error(('an offset of 1 or more expected, got %s'):format(tostring(offset)))
  end
  T.set_store(t, storage.store, offset - 1)
  if select('#', ...) == 0 then return T.resize(t, {tonumber(storage.store.size) - offset + 1}, 1) end
  local sizes, strides = {}, {}
  local first, second = ...
  if T.is_storage(first) then
    sizes = T.sizes_from(first)
    strides = second and T.sizes_from(second)
  else
    local list = {...} -- size 1, stride 1, size 2, stride 2, ...
    for i = 1, #list, 2 do
      sizes[#sizes + 1] = list[i]
      strides[#sizes] = list[i + 1] and list[i + 1] > 0 and list[i + 1] or nil
    end
    if #strides < #sizes then strides = nil end
  end
  return T.resize(t, sizes, #sizes, strides)
end

-- torch.FloatTensor(): empty; (sizes...), (LongStorage [, strides]): uninitialised; (tensor): same elements; (table):
-- its values; (storage [, offset [, size, stride ...]]): a view.
function T.construct(tensor_class, ...)
  local first, second = ...
  if type(first) == 'table' then return from_table(tensor_class, first) end
  if T.is(first) then
    if first.klass ~= tensor_class.id then
      error(('%s cannot view a %s'):format(tensor_class.typename, class.typename(first)), 3)
    end
    return T.alias(first)
  end
  if T.is_storage(first) and first.klass == tensor_class.storage.id then
    return from_storage(tensor_class, ...)
  end
  local sizes, n = T.sizes_from(...)
  local strides = T.is_storage(second) and T.sizes_from(second) or nil
  return T.resize(T.empty(tensor_class), sizes, n, strides)
end

return T
