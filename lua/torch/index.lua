-- t[i], t[{...}], t[mask], their assignments, and the metatable of tensors. Number, table and mask are told apart by
-- type: a number selects (an element of a vector, else a slice), a table narrows, a ByteTensor picks elements.
local ffi = require 'ffi'
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local M = T.methods

local function element_offset(t, i)
  if i < 1 or i > tonumber(t.sizes[0]) then
    error(('index %s out of range 1 to %d'):format(tostring(i), tonumber(t.sizes[0])), 4)
  end
  return tonumber(t.start + (i - 1) * t.strides[0])
end

local function position(t, dim, i)
  return i < 0 and M.size(t, dim) + i + 1 or i
end

-- {{first, last}, index, {}, ...}: a view, and true when every dimension was given a number.
local function narrowed(t, spec)
  local r, dim = t, 1
  for _, item in ipairs(spec) do
    if dim > r.ndim then error('too many indices for a tensor of ' .. t.ndim .. ' dimensions', 4) end
    if type(item) == 'number' then
      if r.ndim == 1 then
        return M.narrow(r, 1, position(r, 1, item), 1), true
      end
      r = M.select(r, dim, position(r, dim, item))
    elseif type(item) == 'table' then
      local first = position(r, dim, item[1] or 1)
      local last = item[1] and position(r, dim, item[2] or item[1]) or M.size(r, dim)
      if last < first then error('end index must be greater or equal to start index', 4) end
      r = M.narrow(r, dim, first, last - first + 1)
      dim = dim + 1
    else
      error('an index is a number or a table, got ' .. type(item), 4)
    end
  end
  return r, false
end

local function get(t, key)
  if type(key) == 'number' then
    if t.ndim == 1 then
      return T.get(t, element_offset(t, key))
    end
    return M.select(t, 1, key)
  elseif type(key) == 'table' then
    local r, single = narrowed(t, key)
    return single and r[1] or r
  elseif T.is(key) then
    return t:maskedSelect(key)
  elseif T.is_storage(key) then
    return get(t, key:totable())
  end
  error('a tensor cannot be indexed with a ' .. type(key), 3)
end

local function assign(r, value)
  if type(value) == 'number' then return r:fill(value) end
  if not T.is(value) then error('only a number or a tensor can be assigned, got ' .. type(value), 4) end
  return r:copy(value)
end

local function set(t, key, value)
  if type(key) == 'number' then
    if t.ndim == 1 and type(value) == 'number' then
      T.put(t, element_offset(t, key), value)
      return
    end
    assign(t.ndim == 1 and M.narrow(t, 1, key, 1) or M.select(t, 1, key), value)
  elseif type(key) == 'table' then
    assign(narrowed(t, key), value)
  elseif T.is(key) then
    if type(value) == 'number' then t:maskedFill(key, value) else t:maskedCopy(key, value) end
  else
    error('a tensor has no field ' .. tostring(key), 3)
  end
end

-- maskedSelect([result,] mask): a new vector of the elements under the mask's ones.
function M.maskedSelect(t, mask, extra)
  if extra then return M.set(t, M.maskedSelect(mask, extra)) end
  if T.count(mask) ~= T.count(t) then error('the mask has another number of elements than the tensor', 2) end
  local r = T.empty(T.class(t))
  local n = mask:sum()
  if n == 0 then return r end
  T.resize(r, {n}, 1)
  local b = T.backend(t)
  pen.check(b, b.lib.pen_masked_select(b.ctx, r, t, mask))
  return r
end

function M.maskedFill(t, mask, value)
  local b = T.backend(t)
  pen.check(b, b.lib.pen_masked_fill(b.ctx, t, mask, value))
  return t
end

-- index([result,] dim, LongTensor): copies the listed slices.
function M.index(t, dim, list, extra)
  if T.is(dim) then return M.set(t, M.index(dim, list, extra)) end
  local d = T.dimension(t, dim)
  local sizes = {}
  for i = 1, t.ndim do sizes[i] = tonumber(t.sizes[i - 1]) end
  sizes[d + 1] = M.nElement(list)
  local r = T.resize(T.empty(T.class(t)), sizes, t.ndim)
  for i = 1, sizes[d + 1] do M.narrow(r, dim, i, 1):copy(M.narrow(t, dim, list[i], 1)) end
  return r
end

function M.indexCopy(t, dim, list, source)
  for i = 1, M.nElement(list) do M.narrow(t, dim, list[i], 1):copy(M.narrow(source, dim, i, 1)) end
  return t
end

function M.indexFill(t, dim, list, value)
  for i = 1, M.nElement(list) do M.narrow(t, dim, list[i], 1):fill(value) end
  return t
end

-- gather([result,] dim, index): the elements that index (LongTensor, 1-based) names along dim, in index's shape.
function M.gather(r, t, dim, index)
  if not index then return M.gather(T.empty(T.class(r)), r, t, dim) end
  T.resize_as(r, index)
  local b = T.backend(r)
  pen.check(b, b.lib.pen_gather(b.ctx, r, t, index, T.dimension(t, dim)))
  return r
end

-- scatter(dim, index, source or number): puts the elements of source, of index's shape, where index names them.
function M.scatter(t, dim, index, source)
  if type(source) == 'number' then source = T.resize_as(T.empty(T.class(t)), index):fill(source) end
  local b = T.backend(t)
  pen.check(b, b.lib.pen_scatter(b.ctx, t, source, index, T.dimension(t, dim)))
  return t
end

local classes = T.classes
-- Through the class, so that one class may have its own.
local function operator(name)
  return function(a, b) return classes[(T.is(a) and a or b).klass].methods[name](a, b) end
end

ffi.metatype('pen_tensor', {
  __gc = pen.C.pen_release,
  __len = function(t) return M.size(t) end,
  __eq = function(a, b)
    return T.is(a) and T.is(b) and ffi.cast('void *', a) == ffi.cast('void *', b)
  end,
  __index = function(t, key)
    if type(key) == 'string' then return classes[t.klass].methods[key] end
    return get(t, key)
  end,
  __newindex = set,
  __tostring = function(t) return require('torch.print').tensor(t) end,
  __add = operator('__add'), __sub = operator('__sub'), __mul = operator('__mul'), __div = operator('__div'),
  __mod = operator('__mod'), __unm = function(t) return M.clone(t):mul(-1) end,
})

return M
