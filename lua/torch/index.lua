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

local function element_offset(t, i)
  local n = tonumber(t.sizes[0])
  local at = counted(i, n)
  if not (at >= 1 and at <= n) then error(('index %s out of range 1 to %d'):format(tostring(i), n), 4) end
  return tonumber(t.start + (at - 1) * t.strides[0])
end

local function position(t, dim, i) return counted(i, M.size(t, dim)) end

-- {{first, last}, index, {}, ...}: a view, and true when every dimension was given a number.
local function narrowed(t, spec)
  if #spec > t.ndim then error('too many indices for a tensor of ' .. t.ndim .. ' dimensions', 4) end
  local r, dim = t, 1
  for _, item in ipairs(spec) do
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
    return M.select(t, 1, position(t, 1, key))
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
    local at = position(t, 1, key)
    assign(t.ndim == 1 and M.narrow(t, 1, at, 1) or M.select(t, 1, at), value)
  elseif type(key) == 'table' then
    assign(narrowed(t, key), value)
  elseif T.is(key) then
    if type(value) == 'number' then t:maskedFill(key, value) else t:maskedCopy(key, value) end
  else
    error('a tensor has no field ' .. tostring(key), 3)
  end
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
