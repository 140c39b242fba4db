-- Reductions: a:sum() over all elements gives a number, a:sum(dim) a tensor with size 1 there; running sums. As methods
-- and as functions, where r is to hold the result it comes first: torch.sum(r, a, dim), r:sum(a, dim).
local error = require 'pen.blame'
local pen = require 'pen.ffi'
local ffi = require 'ffi'
local T = require 'torch.tensor'
local refuse = require('torch.arguments').refuse
local C = pen.C
local M, functions = T.methods, T.functions
local is, check = T.is, pen.check

local number = ffi.new('double[1]')

local function whole(a, op, p)
  local b = T.backend(a)
  check(b, b.lib.pen_reduce(b.ctx, number, a, op, p or 0), 4)
  return number[0]
end

-- r takes the shape of a with size 1 in the 0-based dimension d.
local function reduced_like(r, a, d)
  C.pen_shape_like(r, a, d)
  return (T.fit(r))
end

-- In parentheses, so that they are no tail calls: see resize in torch/tensor.lua.
local function longs_like(a) return (T.empty(T.sibling(a, 'Long'))) end
local function new_like(a) return (T.empty(T.class(a))) end
T.new_like, T.longs_like = new_like, longs_like

-- r and index may be nil: new ones, and no index.
local function along(r, index, a, dim, op, p)
  local d, b = T.dimension(a, dim), T.backend(a)
  if r == a then a = M.clone(a) end
  r = reduced_like(r or new_like(a), a, d)
  if index then reduced_like(index, a, d) end
  check(b, b.lib.pen_reduce_dim(b.ctx, r, index, a, d, op, p or 0), 4)
  return r, index
end

-- body(r or nil, a, ...) becomes method and function; most: how many arguments may stand behind a.
local function define(name, most, body)
  M[name] = function(a, b, ...)
    local given = is(b)
    if not is(a) or select('#', ...) >= most + (given and 1 or 0) then refuse(a, b, ...) end
    if given then return (body(a, b, ...)) end
    return (body(nil, a, b, ...))
  end
  functions[name] = M[name]
end

-- The same where two tensors are computed: f([r, [index,]] a, ...).
local function define_pair(name, most, body)
  M[name] = function(a, b, c, ...)
    local results = is(b) and (is(c) and 2 or 1) or 0
    local more = select('#', ...)
    if not is(a) or (more > 0 and more + 2 or c ~= nil and 2 or 0) > most + results then refuse(a, b, c, ...) end
    if is(b) and is(c) then return body(a, b, c, ...) end
    if is(b) then return body(a, nil, b, c, ...) end
    return body(nil, nil, a, b, c, ...)
  end
  functions[name] = M[name]
end
T.define_result, T.define_pair = define, define_pair

-- Of all elements, a number: no result can be given.
local function total(r, a, op)
  if r then refuse(r, a) end
  return whole(a, op)
end

for name, op in pairs {sum = C.PEN_REDUCE_SUM, prod = C.PEN_REDUCE_PROD} do
  define(name, 1, function(r, a, dim)
    if not dim then return total(r, a, op) end
    return (along(r, nil, a, dim, op))
  end)
end

define('mean', 1, function(r, a, dim)
  if a.dtype < C.PEN_FLOAT then error('mean needs a float or double tensor, got ' .. T.class(a).typename, 3) end
  if not dim then return total(r, a, C.PEN_REDUCE_SUM) / T.count(a) end
  local n = M.size(a, dim)
  return along(r, nil, a, dim, C.PEN_REDUCE_SUM):div(n)
end)

-- a:norm([p]), a:norm(p, dim); p = 2 by default.
define('norm', 2, function(r, a, p, dim)
  if type(p or 2) ~= 'number' or r and not dim then refuse(a, p, dim) end
  if not dim then return whole(a, C.PEN_REDUCE_NORM, p or 2) end
  return (along(r, nil, a, dim, C.PEN_REDUCE_NORM, p))
end)

-- a:var([biased]), a:var(dim [, biased]), by two passes over the elements; biased divides by n instead of n - 1.
local function variance(r, a, dim, biased)
  if type(biased or false) ~= 'boolean' then refuse(a, dim, biased) end
  if type(dim) ~= 'number' then
    if type(dim or false) ~= 'boolean' then refuse(a, dim, biased) end
    return whole(a, C.PEN_REDUCE_VAR, dim and 0 or 1)
  end
  return (along(r, nil, a, dim, C.PEN_REDUCE_VAR, biased and 0 or 1))
end
define('var', 2, variance)
define('std', 2, function(...)
  local v = variance(...)
  return type(v) == 'number' and math.sqrt(v) or v:sqrt()
end)

function M.dist(a, b, p, more)
  if not is(b) or more ~= nil then refuse(a, b, p, more) end
  return M.norm(M.__sub(a, b), p)
end
functions.dist = M.dist

-- a:max() a number; a:max(dim) values and their first positions.
for name, op in pairs {max = C.PEN_REDUCE_MAX, min = C.PEN_REDUCE_MIN} do
  define_pair(name, 1, function(r, index, a, dim)
    if not dim then return total(r, a, op) end
    return along(r, index or longs_like(a), a, dim, op)
  end)
end

-- a:max(dim) without the positions.
function T.largest(a, dim) return (along(nil, nil, a, dim, C.PEN_REDUCE_MAX)) end

function M.all(a, more)
  if more ~= nil then refuse(a, more) end
  return M.min(a) ~= 0
end
function M.any(a, more)
  if more ~= nil then refuse(a, more) end
  return M.max(a) ~= 0
end

-- a.dot(b): a number.
function M.dot(a, b)
  local backend = T.backend(a)
  if a.dtype < C.PEN_FLOAT then return M.sum(M.view(functions.cmul(a, b), -1), 1)[1] end -- wraps like its type
  check(backend, backend.lib.pen_dot(backend.ctx, number, a, M.isContiguous(b) and b or M.clone(b)))
  return number[0]
end
functions.dot = M.dot

-- a:cumsum([dim]); dim = 1 by default.
for name, product in pairs {cumsum = 0, cumprod = 1} do
  define(name, 1, function(r, a, dim)
    local b = T.backend(a)
    r = T.resize_as(r or new_like(a), a)
    check(b, b.lib.pen_scan(b.ctx, r, a, T.dimension(a, dim or 1), product), 4)
    return r
  end)
end

-- ---- slices ----

-- Slices along dim with a p-norm above limit are scaled down to it. renorm([a,] p, dim, limit) as a method changes r.
function M.renorm(r, a, p, dim, limit)
  if not is(a) then a, p, dim, limit = r, a, p, dim end
  T.dimension(a, dim)
  if a.ndim < 2 then error('renorm: at least 2 dimensions are needed', 2) end
  local slices = M.clone(M.transpose(a, 1, dim))
  local norms = M.norm(M.view(slices, M.size(slices, 1), -1):double(), p, 2)
  local scale = norms:apply(function(norm) return norm > limit and limit / (norm + 1e-7) or 1 end)
  local sizes = {M.size(slices, 1)}
  for d = 2, a.ndim do sizes[d] = 1 end
  slices:cmul(M.expandAs(M.view(scale:typeAs(a), sizes), slices))
  return T.resize_as(r, a):copy(M.transpose(slices, 1, dim))
end
function functions.renorm(a, b, ...)
  if is(b) then return M.renorm(a, b, ...) end
  return M.renorm(new_like(a), a, b, ...)
end

-- The cross product along dim, which has size 3; the first such dimension by default. cross([r,] a, b [, dim])
local function cross(r, a, b, dim)
  if not is(a) or not is(b) or type(dim or 1) ~= 'number' then refuse(a, b, dim) end
  for d = 1, dim and 0 or a.ndim do
    if M.size(a, d) == 3 then
      dim = d
      break
    end
  end
  if not dim or M.size(a, dim) ~= 3 then error('cross: a dimension of size 3 is needed', 3) end
  if not T.same_shape(a, b) then
    error(('cross: inconsistent tensor sizes: %s and %s'):format(T.shape_text(a), T.shape_text(b)), 3)
  end
  local result = T.resize_as(new_like(a), a)
  for i = 0, 2 do
    local function part(t, shift) return M.narrow(t, dim, (i + shift) % 3 + 1, 1) end
    part(result, 0):cmul(part(a, 1), part(b, 2)):csub(functions.cmul(part(a, 2), part(b, 1)))
  end
  return r and T.resize_as(r, a):copy(result) or result
end
function M.cross(a, b, c, dim)
  if is(c) then return cross(a, b, c, dim) end
  return cross(nil, a, b, c)
end
functions.cross = M.cross

return M
