-- Pointwise mathematics. As a method the object is the result:  r:add(a, k, b)  and, without a source, r is changed in
-- place. As a function,  torch.add([r,] a, k, b)  a new tensor is made when no result is given.
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local C = pen.C
local M = T.methods

local functions = {} -- what torch/init.lua exports as torch.<name>
T.functions = functions

local is, check = T.is, pen.check

-- C walks tensors of different shapes only where they are contiguous; the rare rest is copied.
local function fitting(r, a)
  if T.same_shape(r, a) or M.isContiguous(a) or (M.isContiguous(r) and T.count(a) == T.count(r)) then return a end
  return M.clone(a)
end

local function prepare(r, a)
  if r ~= a then T.resize_as(r, a) end
end

local function scalar(op, r, a, k)
  prepare(r, a)
  local b = T.backend(r)
  check(b, b.lib.pen_scalar(b.ctx, r, a, op, k), 4)
  return r
end

local function binary(op, r, a, b, k)
  if r ~= a then
    T.resize_as(r, a)
  end
  b = fitting(r, b)
  local backend = T.backend(r)
  check(backend, backend.lib.pen_binary(backend.ctx, r, a, b, op, k or 1), 4)
  return r
end

-- The function form of a method. is_result(...) tells from the arguments whether the first one is the result.
local function export(name, is_result)
  functions[name] = function(...)
    local first, second = ...
    if not is(first) then first = second end
    if not is(first) then error(('torch.%s: no tensor among the arguments'):format(name), 2) end
    if is_result(...) then return M[name](...) end
    return M[name](T.empty(T.class(first)), ...)
  end
end

local function first_two_tensors(a, b) return is(a) and is(b) end
local function three_tensors(a, b, c) return is(a) and is(b) and is(c) end

-- ---- one source ----

local plain = { -- numbers given to torch.sqrt and kin give numbers
  abs = math.abs, sqrt = math.sqrt, exp = math.exp, log = math.log, sin = math.sin, cos = math.cos, tan = math.tan,
  asin = math.asin, acos = math.acos, atan = math.atan, sinh = math.sinh, cosh = math.cosh, tanh = math.tanh,
  floor = math.floor, ceil = math.ceil, sign = function(x) return x > 0 and 1 or x < 0 and -1 or 0 end,
  log1p = function(x) return math.log(1 + x) end, rsqrt = function(x) return 1 / math.sqrt(x) end,
  sigmoid = function(x) return 1 / (1 + math.exp(-x)) end, trunc = function(x) return x - math.fmod(x, 1) end,
  frac = function(x) return math.fmod(x, 1) end, round = function(x) return math.floor(x + 0.5) end,
  neg = function(x) return -x end, cinv = function(x) return 1 / x end,
}

for name, on_number in pairs(plain) do
  local op = C['PEN_' .. name:upper()]
  M[name] = function(r, a)
    a = a or r
    prepare(r, a)
    local b = T.backend(r)
    check(b, b.lib.pen_unary(b.ctx, r, a, op))
    return r
  end
  export(name, first_two_tensors)
  local on_tensor = functions[name]
  functions[name] = function(a, b)
    if type(a) == 'number' then return on_number(a) end
    return on_tensor(a, b)
  end
end

-- ---- a tensor and a number or a tensor ----

-- r:add(k), (b), (k, b), (a, k), (a, b), (a, k, b); sub likewise with -k.
local function add(sign)
  return function(r, x, y, z)
    if type(x) == 'number' then
      if y then return binary(C.PEN_ADD, r, r, y, sign * x) end
      return scalar(C.PEN_ADD, r, r, sign * x)
    elseif y == nil then
      return binary(C.PEN_ADD, r, r, x, sign)
    elseif type(y) == 'number' then
      if z then return binary(C.PEN_ADD, r, x, z, sign * y) end
      return scalar(C.PEN_ADD, r, x, sign * y)
    end
    return binary(C.PEN_ADD, r, x, y, sign)
  end
end
M.add, M.csub = add(1), add(-1)
local function add_has_result(a, b, c) return is(a) and is(b) and c ~= nil end
export('add', add_has_result)
export('csub', add_has_result)

-- r:mul(k), r:mul(a, k)
for name, op in pairs {mul = C.PEN_MUL, div = C.PEN_DIV, fmod = C.PEN_FMOD, remainder = C.PEN_REMAINDER} do
  M[name] = function(r, x, k)
    if k then return scalar(op, r, x, k) end
    if type(x) ~= 'number' then error(name .. ': expected a number (for tensors there is c' .. name .. ')', 2) end
    return scalar(op, r, r, x)
  end
  export(name, first_two_tensors)
end

-- r:cmul(b), r:cmul(a, b)
for name, op in pairs {
  cmul = C.PEN_MUL, cdiv = C.PEN_DIV, cpow = C.PEN_POW, cfmod = C.PEN_FMOD, cremainder = C.PEN_REMAINDER,
  atan2 = C.PEN_ATAN2,
} do
  M[name] = function(r, a, b)
    if b then return binary(op, r, a, b) end
    return binary(op, r, r, a)
  end
  export(name, three_tensors)
end

-- r:cmax(b or k), r:cmax(a, b or k)
for name, op in pairs {cmax = C.PEN_MAX, cmin = C.PEN_MIN} do
  M[name] = function(r, a, b)
    if b == nil then a, b = r, a end
    if type(b) == 'number' then return scalar(op, r, a, b) end
    return binary(op, r, a, b)
  end
  export(name, function(a, b, c) return is(a) and is(b) and c ~= nil end)
end

-- r:pow(k), r:pow(a, k), r:pow(k, a)
function M.pow(r, x, y)
  if type(x) == 'number' then
    if y then return scalar(C.PEN_RPOW, r, y, x) end
    return scalar(C.PEN_POW, r, r, x)
  end
  return scalar(C.PEN_POW, r, x, y)
end
export('pow', function(a, b, c) return is(a) and c ~= nil end)

function M.clamp(r, x, low, high)
  local a = r
  if is(x) then a = x else low, high = x, low end
  prepare(r, a)
  local b = T.backend(r)
  check(b, b.lib.pen_clamp(b.ctx, r, a, low, high))
  return r
end
export('clamp', first_two_tensors)

-- r:addcmul([a,] [k,] b, c) = a + k b c; addcdiv likewise with b / c.
local function add_product(divide)
  return function(r, a, k, b, c)
    if type(a) == 'number' then a, k, b, c = r, a, k, b -- (k, b, c)
    elseif b == nil then a, k, b, c = r, 1, a, k -- (b, c)
    elseif type(k) ~= 'number' then k, b, c = 1, k, b end -- (a, b, c)
    prepare(r, a)
    local backend = T.backend(r)
    check(backend, backend.lib.pen_ternary(backend.ctx, r, a, fitting(r, b), fitting(r, c), divide, k))
    return r
  end
end
M.addcmul, M.addcdiv = add_product(0), add_product(1)
local function four_tensors(...)
  local n = 0
  for i = 1, select('#', ...) do n = n + (is((select(i, ...))) and 1 or 0) end
  return n == 4
end
export('addcmul', four_tensors)
export('addcdiv', four_tensors)

-- ---- comparisons: bytes ----

for _, name in ipairs {'lt', 'gt', 'le', 'ge', 'eq', 'ne'} do
  local op = C['PEN_' .. name:upper()]
  local function compare(a, b)
    local r = T.resize_as(T.empty(T.sibling(a, 'Byte')), a)
    local backend = T.backend(a)
    local k = type(b) == 'number' and b or 0
    check(backend, backend.lib.pen_compare(backend.ctx, r, a, is(b) and fitting(a, b) or nil, op, k))
    return r
  end
  -- a:gt(b): a new ByteTensor; r:gt(a, b): into r, of any type.
  M[name] = function(a, b, c)
    if c ~= nil then return T.resize_as(a, b):copy(compare(b, c)) end
    return compare(a, b)
  end
  functions[name] = M[name]
end

-- ---- fill, copy, apply ----

function M.fill(r, k)
  local b = T.backend(r)
  check(b, b.lib.pen_fill(b.ctx, r, k))
  return r
end

function M.zero(r) return M.fill(r, 0) end

-- Halves are converted from and to floats only, so other types go through those.
local function copy_half(r, a)
  local backend, float = T.backend(r), T.resize_as(T.empty(T.sibling(r, 'Float')), a)
  if a.dtype == C.PEN_HALF then
    check(backend, backend.lib.pen_half_decode(backend.ctx, float, a))
    if r.dtype ~= C.PEN_HALF then return M.copy(r, float) end
  else
    M.copy(float, a)
  end
  check(backend, backend.lib.pen_half_encode(backend.ctx, r, float))
  return r
end

-- Any type, any strides; only the number of elements must agree.
function M.copy(r, a)
  if not is(a) then error('copy: expected a tensor, got ' .. type(a), 2) end
  if T.count(r) ~= T.count(a) then
    error(('copy: %s and %s have different numbers of elements'):format(T.shape_text(r), T.shape_text(a)), 2)
  end
  if r.store ~= nil and a.store ~= nil and r.store.device ~= a.store.device then return T.transfer(r, a) end
  if r.dtype == C.PEN_HALF or a.dtype == C.PEN_HALF then return T.count(r) > 0 and copy_half(r, a) or r end
  local b = T.backend(r)
  check(b, b.lib.pen_copy(b.ctx, r, not M.isContiguous(r) and fitting(r, a) or a))
  return r
end

-- Calls f on each element in row-major order; a result that is not nil replaces it.
function M.apply(t, f)
  if t.ndim == 0 then return t end
  local flat = M.contiguous(T.host(t))
  local data, read = M.data(flat), T.reader(flat)
  for i = 0, T.count(t) - 1 do
    local value = f(read(data, i))
    if value ~= nil then data[i] = value end
  end
  return flat == t and t or t:copy(flat)
end

function M.map(t, other, f)
  if t.ndim == 0 then return t end
  local flat, source = M.contiguous(T.host(t)), M.contiguous(T.host(other))
  local data, from, read, read_other = M.data(flat), M.data(source), T.reader(flat), T.reader(source)
  for i = 0, T.count(t) - 1 do
    local value = f(read(data, i), read_other(from, i))
    if value ~= nil then data[i] = value end
  end
  return flat == t and t or t:copy(flat)
end

-- ---- operators ----

local function new_like(t) return T.empty(T.class(t)) end

function M.__add(a, b)
  if type(a) == 'number' then a, b = b, a end
  return M.add(new_like(a), a, b)
end

function M.__sub(a, b)
  if type(b) == 'number' then return scalar(C.PEN_ADD, new_like(a), a, -b) end
  if type(a) == 'number' then return scalar(C.PEN_RSUB, new_like(b), b, a) end
  return binary(C.PEN_ADD, new_like(a), a, b, -1)
end

-- A number scales; vectors give their dot product, a matrix the matrix product.
function M.__mul(a, b)
  if type(a) == 'number' then return scalar(C.PEN_MUL, new_like(b), b, a) end
  if type(b) == 'number' then return scalar(C.PEN_MUL, new_like(a), a, b) end
  if a.ndim == 1 and b.ndim == 1 then return a:dot(b) end
  if a.ndim == 2 and b.ndim == 1 then return functions.mv(a, b) end
  if a.ndim == 2 and b.ndim == 2 then return functions.mm(a, b) end
  error(('multiplication of a %dD and a %dD tensor is not defined'):format(a.ndim, b.ndim), 3)
end

function M.__div(a, b)
  if not is(a) or type(b) ~= 'number' then error('only a tensor can be divided, and only by a number (see cdiv)', 3) end
  return scalar(C.PEN_DIV, new_like(a), a, b)
end

function M.__mod(a, b) return scalar(C.PEN_REMAINDER, new_like(a), a, b) end

T.export = export
return M
