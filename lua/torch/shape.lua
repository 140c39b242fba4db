-- Shapes and views: everything here shares storage with its source unless the comment says copy. Dimensions and
-- positions are 1-based, as in Torch.
local error = require 'pen.blame'
local C = require('pen.ffi').C
local T = require 'torch.tensor'
local refuse = require('torch.arguments').refuse

local M = T.methods

local function text(t)
  if not T.is(t) then return torch.type(t) end
  local list = {}
  for d = 0, t.ndim - 1 do list[d + 1] = tostring(tonumber(t.sizes[d])) end
  return table.concat(list, 'x')
end
T.shape_text = text

-- The 0-based dimension, or an error at the line of the method's caller.
local function dimension(t, dim)
  if not T.is(t) then refuse(t, dim) end
  if type(dim) ~= 'number' then error(('a dimension is a number, got %s'):format(torch.type(dim)), 3) end
  if dim < 1 or dim > t.ndim then error(('dimension %s out of range of a %dD tensor'):format(dim, t.ndim), 3) end
  return dim - 1
end
T.dimension = dimension

local whole = T.whole

function M.dim(t) return t.ndim end
M.nDimension = M.dim
M.nElement = T.count
M.numel = M.nElement

function M.size(t, dim)
  if dim then return tonumber(t.sizes[dimension(t, dim)]) end
  if not T.is(t) then refuse(t) end
  return T.long_storage(t.sizes, t.ndim)
end

function M.stride(t, dim)
  if dim then return tonumber(t.strides[dimension(t, dim)]) end
  return T.long_storage(t.strides, t.ndim)
end

M.storage = T.storage_of
function M.storageOffset(t) return tonumber(t.start) + 1 end
function M.elementSize(t) return T.class(t).width end

function M.isContiguous(t)
  if not T.is(t) then refuse(t) end
  return t.ndim == 0 or C.pen_is_contiguous(t) ~= 0
end

M.isSameSizeAs = T.same_shape

function M.isSize(t, sizes)
  if not T.is_storage(sizes) then refuse(t, sizes) end
  if sizes:size() ~= t.ndim then return false end
  for d = 1, t.ndim do
    if sizes[d] ~= tonumber(t.sizes[d - 1]) then return false end
  end
  return true
end

function M.isSetTo(t, other)
  if not T.is(other) then refuse(t, other) end
  if t.store == nil or t.store ~= other.store or t.start ~= other.start then return false end
  if not T.same_shape(t, other) then return false end
  for d = 0, t.ndim - 1 do
    if t.strides[d] ~= other.strides[d] then return false end
  end
  return true
end

-- t:set(tensor), t:set(storage [, offset, sizes ...]), t:set()
function M.set(t, source, ...)
  if source == nil then
    t.ndim = 0
    T.set_store(t, nil)
    return t
  end
  if T.is(source) then return T.set_view(t, source) end
  local own = T.class(t)
  if not T.is_storage(source) or source.klass ~= own.storage.id then
    error(('set: a %s or a %s expected, got %s'):format(own.typename, own.storage.typename, torch.type(source)))
  end
  return T.set_view(t, own.new(source, ...))
end

function M.resize(t, ...)
  local first, second = ...
  local sizes, n = T.sizes_from(...)
  T.resize(t, sizes, n, T.is_storage(first) and second and T.sizes_from(second) or nil)
  return t
end

M.resizeAs = T.resize_as

function M.contiguous(t)
  if M.isContiguous(t) then return t end
  return M.clone(t)
end

-- A copy with its own, contiguous storage.
function M.clone(t)
  local r = T.empty(T.class(t))
  return T.resize_as(r, t):copy(t)
end

function M.narrow(t, dim, first, size)
  if type(first) ~= 'number' or type(size) ~= 'number' then error('narrow: a first position and a size expected') end
  local d = dimension(t, dim)
  first, size = whole(first), whole(size)
  if not (first >= 1 and size >= 1 and first + size - 1 <= tonumber(t.sizes[d])) then
    error(('narrow: positions %s to %s out of range 1 to %d of dimension %d'):format(first, first + size - 1,
      tonumber(t.sizes[d]), dim), 2)
  end
  local r = T.alias(t)
  r.start = t.start + (first - 1) * t.strides[d]
  r.sizes[d] = size
  return r
end

-- A slice; of a vector the number itself, whatever dim says, as in Torch.
function M.select(t, dim, index)
  local d = t.ndim == 1 and 0 or dimension(t, dim)
  if type(index) ~= 'number' then error('select: an index expected, got ' .. torch.type(index)) end
  index = whole(index)
  if not (index >= 1 and index <= tonumber(t.sizes[d])) then
    error(('select: index %s out of range 1 to %d'):format(index, tonumber(t.sizes[d])), 2)
  end
  if t.ndim == 1 then return t[index] end
  local r = T.alias(t)
  r.start = t.start + (index - 1) * t.strides[d]
  C.pen_view_drop(r, d)
  return r
end

local function sub(t, dim, first, last)
  local size = M.size(t, dim)
  if type(first) ~= 'number' or type(last) ~= 'number' then refuse(t, first, last) end
  first, last = whole(first), whole(last)
  if first < 0 then first = size + first + 1 end
  if last < 0 then last = size + last + 1 end
  return M.narrow(t, dim, first, last - first + 1)
end

-- sub(first, last [, first2, last2 ...]), of four dimensions at most; negative positions count from the end.
function M.sub(t, a, b, c, d, e, f, g, h)
  local r = sub(t, 1, a, b)
  if c then r = sub(r, 2, c, d) end
  if e then r = sub(r, 3, e, f) end
  return g and sub(r, 4, g, h) or r
end

function M.transpose(t, dim1, dim2)
  local a, b = dimension(t, dim1), dimension(t, dim2)
  local r = T.alias(t)
  r.sizes[a], r.sizes[b] = t.sizes[b], t.sizes[a]
  r.strides[a], r.strides[b] = t.strides[b], t.strides[a]
  return r
end

function M.t(t)
  if t.ndim ~= 2 then error(('t: needs a 2D tensor, got %dD'):format(t.ndim), 2) end
  return M.transpose(t, 1, 2)
end

-- permute(dims...): each dimension once, in a new order.
function M.permute(t, ...)
  local r, dims, seen = T.alias(t), {...}, {}
  for i, dim in ipairs(dims) do
    local d = dimension(t, dim)
    if seen[d] then error(('Invalid permutation: dimension %s comes twice'):format(dim)) end
    r.sizes[i - 1], r.strides[i - 1], seen[d] = t.sizes[d], t.strides[d], true
  end
  if #dims ~= t.ndim then error(('Invalid permutation: %d of %d dimensions'):format(#dims, t.ndim)) end
  return r
end

-- Element types and classes.
function M.type(t, name)
  if not name then return T.class(t).typename end
  local wanted = T.class_named(name)
  if not wanted then error('unknown tensor type ' .. tostring(name), 2) end
  if wanted.id == t.klass then return t end
  return T.resize_as(T.empty(wanted), t):copy(t)
end

function M.typeAs(t, other) return M.type(t, T.class(other).typename) end
function M.isTensor() return true end

for method, prefix in pairs {
  byte = 'Byte', char = 'Char', short = 'Short', int = 'Int', long = 'Long', float = 'Float', double = 'Double',
  half = 'Half',
} do
  local name = 'torch.' .. prefix .. 'Tensor'
  M[method] = function(t) return M.type(t, name) end
end

-- The class that scripts have chosen with torch.setdefaulttensortype.
function M.real(t) return M.type(t, 'torch.' .. T.default .. 'Tensor') end

function M.data(t)
  local data = T.data(t)
  return data and data + t.start
end

local function nested(t, read, data, d, at)
  local list, stride = {}, tonumber(t.strides[d])
  for i = 1, tonumber(t.sizes[d]) do
    list[i] = d == t.ndim - 1 and read(data, at) or nested(t, read, data, d + 1, at)
    at = at + stride
  end
  return list
end

-- The nested table of the elements.
function M.totable(t)
  if t.ndim == 0 then return {} end
  t = T.host(T.class(t).dtype == C.PEN_HALF and M.float(t) or t)
  return nested(t, T.reader(t), T.data(t), 0, tonumber(t.start))
end

return M
