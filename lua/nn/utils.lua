-- nn.utils: what layers share. "Nested" means a tensor, or a table of nested values, as layers on tables pass them.
local ffi = require 'ffi'

local utils = {}

local function is_module(object)
  return torch.isTypeOf(object, 'nn.Module') or torch.isTypeOf(object, 'nn.Criterion')
end

-- A number that two tensors have in common just when they share a storage.
function utils.storage_key(tensor)
  return tonumber(ffi.cast('intptr_t', tensor.store))
end

-- A view like tensor on the storage that flat, a 1-D tensor, covers.
local function view_like(tensor, flat)
  return flat.new():set(flat:storage(), tensor:storageOffset(), tensor:size(), tensor:stride())
end

-- The 1-D tensor convert(all elements of the tensor's storage), made once per storage and remembered in done.
local function converted_storage(tensor, convert, done)
  local key = utils.storage_key(tensor)
  done[key] = done[key] or convert(tensor.new():set(tensor:storage()))
  return done[key]
end

local function convert_tensor(tensor, convert, done)
  if not done[tensor] then
    done[tensor] = tensor:storage() and view_like(tensor, converted_storage(tensor, convert, done)) or
      convert(tensor.new())
  end
  return done[tensor]
end

-- Converts every tensor in object (a tensor, table, module or criterion) to a tensor type and returns the converted
-- object; tables are changed in place. What was shared stays shared: one conversion per tensor and per storage, over
-- all calls that pass the same table done.
function utils.recursiveType(object, type_name, done)
  done = done or {}
  if torch.isTensor(object) then
    if object:type() == type_name then return object end
    return convert_tensor(object, function(tensor) return tensor:type(type_name) end, done)
  elseif type(object) == 'table' and not done[object] then
    done[object] = true
    if is_module(object) then return object:type(type_name, done) end
    for key, value in pairs(object) do object[key] = utils.recursiveType(value, type_name, done) end
  end
  return object
end

-- A copy of object and of every tensor and table in it, with the same sharing inside.
function utils.deepCopy(object, done)
  done = done or {}
  if torch.isTensor(object) then
    return convert_tensor(object, function(tensor) return tensor:clone() end, done)
  elseif type(object) ~= 'table' then
    return object
  elseif not done[object] then
    local copy = {}
    done[object] = copy
    for key, value in pairs(object) do copy[utils.deepCopy(key, done)] = utils.deepCopy(value, done) end
    setmetatable(copy, getmetatable(object))
  end
  return done[object]
end

-- Gives target, nested, the structure and sizes of source, with new tensors of source's type where it has none; returns
-- it.
function utils.recursiveResizeAs(target, source)
  if torch.isTensor(source) then
    return (torch.isTensor(target) and target or source.new()):resizeAs(source)
  end
  target = type(target) == 'table' and target or {}
  for key, value in pairs(source) do target[key] = utils.recursiveResizeAs(target[key], value) end
  for key in pairs(target) do
    if source[key] == nil then target[key] = nil end
  end
  return target
end

function utils.recursiveFill(target, value)
  if torch.isTensor(target) then return target:fill(value) end
  for _, entry in pairs(target) do utils.recursiveFill(entry, value) end
  return target
end

local function copy_into(target, source)
  if torch.isTensor(source) then
    target:copy(source)
  else
    for key, value in pairs(source) do copy_into(target[key], value) end
  end
end

-- target, resized like source, with source's values.
function utils.recursiveCopy(target, source)
  target = utils.recursiveResizeAs(target, source)
  copy_into(target, source)
  return target
end

-- target + factor * source, in place; factor defaults to 1.
function utils.recursiveAdd(target, factor, source)
  if source == nil then factor, source = 1, factor end
  if torch.isTensor(target) then return target:add(factor, source) end
  for key, value in pairs(source) do utils.recursiveAdd(target[key], factor, value) end
  return target
end

local function forget(module, emptied, ...)
  local names = type(...) == 'table' and ... or {...}
  for _, name in ipairs(names) do
    local value = module[name]
    if torch.isTensor(value) then
      module[name] = emptied(value)
    else
      module[name] = type(value) == 'table' and {} or nil
    end
  end
  return module
end

-- Forgets the named fields: tensors stay the same objects and become empty, as whoever else holds them sees, tables
-- become new empty tables, anything else nil. Names may also come as one list.
function utils.clear(module, ...)
  return forget(module, function(tensor) return tensor:set() end, ...)
end

-- The same, but with new empty tensors: for fields that may be tensors of others.
function utils.renew(module, ...)
  return forget(module, function(tensor) return tensor.new() end, ...)
end

-- output becomes input with these sizes: a view of it, or of a copy if it is not contiguous.
function utils.contiguousView(output, input, ...)
  return output:set(input:contiguous():view(...))
end

-- addSingletonDimension([result,] tensor [, dim]): the tensor with one more dimension, of size 1, at dim (default 1): a
-- view.
function utils.addSingletonDimension(result, tensor, dim)
  if not torch.isTensor(tensor) then result, tensor, dim = result.new(), result, tensor end
  dim = dim or 1
  if dim < 1 or dim > tensor:dim() + 1 then
    error(('dimension %d is out of range 1..%d'):format(dim, tensor:dim() + 1), 2)
  end
  local size, stride = tensor:size():totable(), tensor:stride():totable()
  table.insert(size, dim, 1)
  table.insert(stride, dim, dim <= tensor:dim() and size[dim + 1] * stride[dim] or 1)
  return result:set(tensor:storage(), tensor:storageOffset(), torch.LongStorage(size), torch.LongStorage(stride))
end

return utils
