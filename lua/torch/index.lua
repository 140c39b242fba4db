-- t[i], t[{...}], t[mask], their assignments, and the metatable of tensors. Number, table and mask are told apart by
-- type: a number selects (an element of a vector, else a slice), a table narrows, a ByteTensor picks elements.
local error = require 'pen.blame'
local ffi = require 'ffi'
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local M = T.methods

-- Where i is from the start of n places; negative ones count from the end.
local function counted(i, n)
  i = T.whole(i)
  return i < 0 and n + i + 1 or i
end

local function position(t, dim, i) return counted(i, M.size(t, dim)) end

-- What an index into the 0-based dimension d adds to an element's offset; nothing beyond the last dimension.
local function part(t, d, i)
  if d >= t.ndim then return 0 end
  local size = tonumber(t.sizes[d])
  local at = counted(i, size)
  if not (at >= 1 and at <= size) then
    error(('index %s out of range 1 to %d of dimension %d'):format(tostring(i), size, d + 1), 4)
  end
  return (at - 1) * t.strides[d]
end

local function element_offset(t, i) return tonumber(t.start + part(t, 0, i)) end

local function is_number(spec, i, n) return i > n or type(spec[i]) == 'number' end

-- Here and below the first four items stand outside of a loop: see pack in torch/tensor.lua.
local function all_numbers(spec, n)
  for i = 5, n do
    if not is_number(spec, i, n) then return false end
  end
  return is_number(spec, 1, n) and is_number(spec, 2, n) and is_number(spec, 3, n) and is_number(spec, 4, n)
end

-- {i, j, ...}: the offset of the element, where every dimension is given a number.
local function spelled_offset(t, spec)
  local n = t.ndim
  if n == 0 or n ~= #spec or not all_numbers(spec, n) then return nil end
  local at = t.start + part(t, 0, spec[1]) + part(t, 1, spec[2]) + part(t, 2, spec[3]) + part(t, 3, spec[4])
  for d = 4, n - 1 do at = at + part(t, d, spec[d + 1]) end
  return tonumber(at)
end

-- One item of a list of indices: the view that it leaves of r, and the dimension that the next one is about.
local function narrowed_once(r, dim, item)
  if type(item) == 'number' then
    local i = position(r, dim, item)
    if r.ndim == 1 then return M.narrow(r, 1, i, 1), dim end -- select would give a number, to which nothing is assigned
    return M.select(r, dim, i), dim
  elseif type(item) ~= 'table' then
    error('an index is a number or a table, got ' .. type(item), 4)
  end
  local first = position(r, dim, item[1] or 1)
  local last = item[1] and position(r, dim, item[2] or item[1]) or M.size(r, dim)
  if last < first then error('end index must be greater or equal to start index', 4) end
  return M.narrow(r, dim, first, last - first + 1), dim + 1
end

-- {{first, last}, index, {}, ...}: a view.
local function narrowed(t, spec)
  local n = #spec
  if n > t.ndim then error('too many indices for a tensor of ' .. t.ndim .. ' dimensions', 4) end
  local r, dim = t, 1
  if n > 0 then r, dim = narrowed_once(r, dim, spec[1]) end
  if n > 1 then r, dim = narrowed_once(r, dim, spec[2]) end
  if n > 2 then r, dim = narrowed_once(r, dim, spec[3]) end
  if n > 3 then r, dim = narrowed_once(r, dim, spec[4]) end
  for i = 5, n do r, dim = narrowed_once(r, dim, spec[i]) end
  return r
end

local function get(t, key)
  if type(key) == 'number' then
    if t.ndim == 1 then
      return T.get(t, element_offset(t, key))
    end
    return M.select(t, 1, position(t, 1, key))
  elseif type(key) == 'table' then
    local at = spelled_offset(t, key)
    return at and T.get(t, at) or narrowed(t, key)
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
    local at = position(t, 1, key)
    assign(t.ndim == 1 and M.narrow(t, 1, at, 1) or M.select(t, 1, at), value)
  elseif type(key) == 'table' then
    local at = type(value) == 'number' and spelled_offset(t, key)
    if at then T.put(t, at, value) else assign(narrowed(t, key), value) end
  elseif T.is(key) then
    if type(value) == 'number' then t:maskedFill(key, value) else t:maskedCopy(key, value) end
  else
    error('a tensor has no field ' .. tostring(key), 3)
  end
end

local classes = T.classes
-- Through the class, so that one class may have its own.
local function operator(name)
  return function(a, b)
    return (classes[(T.is(a) and a or b).klass].methods[name](a, b))
  end
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
  __mod = operator('__mod'), __unm = operator('__unm'),
})

return M
