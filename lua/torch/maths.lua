-- Pointwise mathematics. As a method the object is the result:  r:add(a, k, b)  and, without a source, r is changed in
-- place. As a function,  torch.add([r,] a, k, b)  a new tensor is made when no result is given.
local error = require 'pen.blame'
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local refuse = require('torch.arguments').refuse
local C = pen.C
local M = T.methods

local functions = {} -- what torch/init.lua exports as torch.<name>
T.functions = functions

local is, check = T.is, pen.check

-- C walks tensors of different shapes only where all but those of one shape are contiguous; the rare rest is copied.
-- b as it is, or so that it goes together with r and a, which have one shape or go together already.
local function fitting(r, a, b)
  if not is(b) then error.named('a number or a tensor expected, got ' .. torch.type(b)) end
  if T.same_shape(r, b) or M.isContiguous(b) then return b end
  if M.isContiguous(r) and M.isContiguous(a) and T.count(b) == T.count(r) then return b end
  return M.clone(b)
end
T.fitting = fitting

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
  prepare(r, a)
  b = fitting(r, a, b)
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
    if is_result(...) then return (M[name](...)) end
    return (M[name](T.empty(T.class(first)), ...))
  end
end

local function first_two_tensors(a, b) return is(a) and is(b) end
local function three_tensors(a, b, c) return is(a) and is(b) and is(c) end

-- ---- one source ----

-- log(1 + x) without the rounding of 1 + x.
local function log1p(x)
  local u = 1 + x
  if u - 1 == x then return math.log(u) end
  return u == 1 and x or math.log(u) * x / (u - 1)
end

local plain = { -- numbers given to torch.sqrt and kin give numbers
  abs = math.abs, sqrt = math.sqrt, exp = math.exp, log = math.log, sin = math.sin, cos = math.cos, tan = math.tan,
  asin = math.asin, acos = math.acos, atan = math.atan, sinh = math.sinh, cosh = math.cosh, tanh = math.tanh,
  floor = math.floor, ceil = math.ceil, sign = function(x) return x > 0 and 1 or x < 0 and -1 or 0 end,
  log1p = log1p, rsqrt = function(x) return 1 / math.sqrt(x) end,
  sigmoid = function(x) return 1 / (1 + math.exp(-x)) end, trunc = function(x) return x - math.fmod(x, 1) end,
  frac = function(x) return math.fmod(x, 1) end,
  round = function(x) return x < 0 and -math.floor(0.5 - x) or math.floor(x + 0.5) end, -- halves away from 0
  neg = function(x) return -x end, cinv = function(x) return 1 / x end,
}

for name, on_number in pairs(plain) do
  local op = C['PEN_' .. name:upper()]
  M[name] = function(r, a, more)
    if a == nil then a = r end
    if not is(a) or more ~= nil then refuse(r, a, more) end
    prepare(r, a)
    local b = T.backend(r)
    check(b, b.lib.pen_unary(b.ctx, r, a, op))
    return r
  end
  export(name, first_two_tensors)
  local on_tensor = functions[name]
  functions[name] = function(a, ...)
    if type(a) == 'number' then return on_number(a) end
    return on_tensor(a, ...)
  end
end

-- ---- a tensor and a number or a tensor ----

-- r:add(k), (b), (k, b), (a, k), (a, b), (a, k, b); sub likewise with -k.
local function add(sign)
  return function(r, x, y, z, more)
    if more ~= nil then refuse(r, x, y, z, more) end
    if type(x) == 'number' then
      if y then binary(C.PEN_ADD, r, r, y, sign * x) else scalar(C.PEN_ADD, r, r, sign * x) end
    elseif y == nil then
      binary(C.PEN_ADD, r, r, x, sign)
    elseif type(y) ~= 'number' then
      binary(C.PEN_ADD, r, x, y, sign)
    elseif z then
      binary(C.PEN_ADD, r, x, z, sign * y)
    else
      scalar(C.PEN_ADD, r, x, sign * y)
    end
    return r
  end
end
M.add, M.csub = add(1), add(-1)
local function add_has_result(a, b, c) return is(a) and is(b) and c ~= nil end
export('add', add_has_result)
export('csub', add_has_result)

-- r:mul(k), r:mul(a, k)
for name, op in pairs {
  mul = C.PEN_MUL, div = C.PEN_DIV, fmod = C.PEN_FMOD, mod = C.PEN_FMOD, remainder = C.PEN_REMAINDER,
  lshift = C.PEN_LSHIFT, rshift = C.PEN_RSHIFT, bitand = C.PEN_AND, bitor = C.PEN_OR, bitxor = C.PEN_XOR,
} do
  M[name] = function(r, x, k, more)
    if k ~= nil then
      if not is(x) or type(k) ~= 'number' or more ~= nil then refuse(r, x, k, more) end
    elseif type(x) ~= 'number' then
      error(name .. ': expected a number (for tensors there is c' .. name .. ')', 2)
    else
      x, k = r, x
    end
    scalar(op, r, x, k)
    return r
  end
  export(name, first_two_tensors)
end

-- r:cmul(b), r:cmul(a, b)
for name, op in pairs {
  cmul = C.PEN_MUL, cdiv = C.PEN_DIV, cpow = C.PEN_POW, cfmod = C.PEN_FMOD, cremainder = C.PEN_REMAINDER,
  cmod = C.PEN_FMOD, atan2 = C.PEN_ATAN2, clshift = C.PEN_LSHIFT, crshift = C.PEN_RSHIFT, cbitand = C.PEN_AND,
  cbitor = C.PEN_OR, cbitxor = C.PEN_XOR,
} do
  M[name] = function(r, a, b, more)
    if more ~= nil then refuse(r, a, b, more) end
    if b then binary(op, r, a, b) else binary(op, r, r, a) end
    return r
  end
  export(name, three_tensors)
end

-- r:cmax(b or k), r:cmax(a, b or k)
for name, op in pairs {cmax = C.PEN_MAX, cmin = C.PEN_MIN} do
  M[name] = function(r, a, b, more)
    if b == nil then a, b = r, a end
    if not is(a) or more ~= nil then refuse(r, a, b, more) end
    if type(b) == 'number' then return scalar(op, r, a, b) end
    return binary(op, r, a, b)
  end
  export(name, function(a, b, c) return is(a) and is(b) and c ~= nil end)
end

-- r:lerp([a,] b, k) = a + k (b - a)
function M.lerp(r, a, b, k)
  if k == nil then a, b, k = r, a, b end
  return M.add(r, a, k, M.csub(T.empty(T.class(b)), b, a))
end
export('lerp', three_tensors)
local lerp_tensors = functions.lerp
function functions.lerp(a, b, k, extra)
  if type(a) == 'number' then return a + k * (b - a) end
  return lerp_tensors(a, b, k, extra)
end

-- r:pow(k), r:pow(a, k), r:pow(k, a)
function M.pow(r, x, y)
  if type(x) == 'number' then
    if y then return scalar(C.PEN_RPOW, r, y, x) end
    return scalar(C.PEN_POW, r, r, x)
  end
  if not is(x) or type(y) ~= 'number' then refuse(r, x, y) end
  return scalar(C.PEN_POW, r, x, y)
end
export('pow', function(a, b, c) return is(a) and c ~= nil end)
local tensor_pow = functions.pow
function functions.pow(a, b, c)
  if type(a) == 'number' and type(b) == 'number' then return a ^ b end
  return tensor_pow(a, b, c)
end

function M.clamp(r, x, low, high)
  local a = r
  if is(x) then a = x else low, high = x, low end
  if type(low) ~= 'number' or type(high) ~= 'number' then error('clamp: two numbers expected') end
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
    if not is(b) or not is(c) or type(k) ~= 'number' then refuse(a, k, b, c) end
    prepare(r, a)
    b = fitting(r, a, b)
    c = (T.same_shape(b, c) or M.isContiguous(c)) and c or M.clone(c)
    local backend = T.backend(r)
    check(backend, backend.lib.pen_ternary(backend.ctx, r, a, b, c, divide, k))
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
    if type(b) ~= 'number' and not is(b) then refuse(a, b) end
    local r = T.resize_as(T.empty(T.sibling(a, 'Byte')), a)
    local backend = T.backend(a)
    local k = type(b) == 'number' and b or 0
    check(backend, backend.lib.pen_compare(backend.ctx, r, a, is(b) and fitting(r, a, b) or nil, op, k))
    return r
  end
  -- a:gt(b): a new ByteTensor; r:gt(a, b): into r, of any type.
  M[name] = function(a, b, c)
    if c ~= nil then return T.resize_as(a, b):copy(compare(b, c)) end
    return compare(a, b)
  end
  functions[name] = M[name]
end

-- ---- operators ----

local function new_like(t) return (T.empty(T.class(t))) end

function M.__add(a, b)
  if type(a) == 'number' then a, b = b, a end
  return (M.add(new_like(a), a, b))
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

function M.__unm(a) return scalar(C.PEN_MUL, new_like(a), a, -1) end

function M.__mod(a, b) return scalar(C.PEN_REMAINDER, new_like(a), a, b) end

T.export = export
return M
