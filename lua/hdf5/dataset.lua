-- Data sets: tensors in a file. Reading keeps the type where there is a tensor of it, and takes the next larger one for
-- unsigned integers of more than 8 bits.
local ffi = require 'ffi'
local lib = require 'hdf5.binding'
local T = require 'torch.tensor'
local M = {}

local INTEGER, FLOAT = 0, 1 -- H5T_class_t
local DEFAULT, ALL = 0, 0 -- H5P_DEFAULT, H5S_ALL

local native = {
  ['torch.ByteTensor'] = lib.H5T_NATIVE_UINT8_g, ['torch.CharTensor'] = lib.H5T_NATIVE_INT8_g,
  ['torch.ShortTensor'] = lib.H5T_NATIVE_INT16_g, ['torch.IntTensor'] = lib.H5T_NATIVE_INT32_g,
  ['torch.LongTensor'] = lib.H5T_NATIVE_INT64_g, ['torch.FloatTensor'] = lib.H5T_NATIVE_FLOAT_g,
  ['torch.DoubleTensor'] = lib.H5T_NATIVE_DOUBLE_g,
}
local signed = {[1] = 'Char', [2] = 'Short', [4] = 'Int', [8] = 'Long'}
local unsigned = {[1] = 'Byte', [2] = 'Int', [4] = 'Long', [8] = 'Long'}

-- The tensor's class for the elements of a data set, or nil and what they are.
local function class_of(id)
  local kind = lib.H5Dget_type(id)
  local class, size, sign = lib.H5Tget_class(kind), tonumber(lib.H5Tget_size(kind)), lib.H5Tget_sign(kind)
  lib.H5Tclose(kind)
  local name
  if class == INTEGER then name = (sign == 0 and unsigned or signed)[size]
  elseif class == FLOAT then name = size <= 4 and 'Float' or 'Double' end
  return name and 'torch.' .. name .. 'Tensor', ('elements of class %d with %d bytes'):format(class, size)
end

local function sizes_of(space)
  local n = lib.H5Sget_simple_extent_ndims(space)
  local dims, list = ffi.new('pen_hsize[?]', math.max(n, 1)), {}
  lib.H5Sget_simple_extent_dims(space, dims, nil)
  for d = 1, n do list[d] = tonumber(dims[d - 1]) end
  return list
end

local function hsizes(list) return ffi.new('pen_hsize[?]', math.max(#list, 1), list) end

-- Writes a tensor under a path. links: a property list that makes the groups on the way.
function M.write(file, path, tensor, links)
  local kind = native[tensor:type()]
  if not kind then error(('hdf5: a %s cannot be written; convert it first'):format(tensor:type()), 4) end
  if tensor:dim() == 0 then error(('hdf5: %s: an empty tensor cannot be written'):format(path), 4) end
  local source, sizes = tensor:contiguous(), tensor:size():totable()
  local space = lib.H5Screate_simple(#sizes, hsizes(sizes), nil)
  local id = lib.H5Dcreate2(file, path, kind, space, links, DEFAULT, DEFAULT)
  local failed = id < 0 or lib.H5Dwrite(id, kind, ALL, ALL, DEFAULT, source:data()) < 0
  if id >= 0 then lib.H5Dclose(id) end
  lib.H5Sclose(space)
  if failed then error(('hdf5: %s could not be written'):format(path), 4) end
end

function M.sizes(id)
  local space = lib.H5Dget_space(id)
  local sizes = sizes_of(space)
  lib.H5Sclose(space)
  return sizes
end

-- First elements (from 0) and counts of the ranges {from, to}, one for each dimension.
local function window(path, sizes, ranges)
  if #ranges ~= #sizes then
    error(('hdf5: %s has %d dimensions, %d ranges are given'):format(path, #sizes, #ranges), 4)
  end
  local starts, counts = {}, {}
  for d, range in ipairs(ranges) do
    local from, to = range[1], range[2] or range[1]
    if type(from) ~= 'number' or from < 1 or to < from or to > sizes[d] then
      error(('hdf5: %s: range %s to %s of dimension %d, which has %d elements'):format(path, tostring(from),
        tostring(to), d, sizes[d]), 4)
    end
    starts[d], counts[d] = from - 1, to - from + 1
  end
  return starts, counts
end

-- The elements of an open data set, all or those of the ranges. A single value is a tensor of one element.
function M.read(id, path, ranges)
  local typename, what = class_of(id)
  if not typename then error(('hdf5: %s has %s, for which there is no tensor'):format(path, what), 3) end
  local sizes = M.sizes(id)
  local starts, counts
  if ranges then starts, counts = window(path, sizes, ranges) end
  local wanted = counts or sizes
  for _, size in ipairs(wanted) do if size == 0 then return T.class_named(typename).new() end end
  local out = T.class_named(typename).new():resize(torch.LongStorage(#wanted > 0 and wanted or {1}))
  local space, memory = lib.H5Dget_space(id), ALL
  if ranges and #sizes > 0 then
    lib.H5Sselect_hyperslab(space, 0, hsizes(starts), nil, hsizes(counts), nil)
    memory = lib.H5Screate_simple(#counts, hsizes(counts), nil)
  end
  local status = lib.H5Dread(id, native[typename], memory, ranges and space or ALL, DEFAULT, out:data())
  if memory ~= ALL then lib.H5Sclose(memory) end
  lib.H5Sclose(space)
  if status < 0 then error(('hdf5: %s could not be read'):format(path), 3) end
  return out
end

return M
