-- Reductions: a:sum() over all elements gives a number, a:sum(dim) a tensor with size 1 there. Running sums, sorting,
-- medians, dot and matrix products.
local pen = require 'pen.ffi'
local ffi = require 'ffi'
local T = require 'torch.tensor'
local C = pen.C
local M, functions = T.methods, T.functions
local is, check = T.is, pen.check

local number = ffi.new('double[1]')

local function whole(a, op, p)
  local b = T.backend(a)
  check(b, b.lib.pen_reduce(b.ctx, number, a, op, p or 0), 4)
  return number[0]
end

local function reduced_like(r, a, d)
  local sizes = {}
  for i = 1, a.ndim do sizes[i] = i == d + 1 and 1 or tonumber(a.sizes[i - 1]) end
  return T.resize(r, sizes, a.ndim)
end

local function along(r, index, a, dim, op, p)
  local d, b = T.dimension(a, dim), T.backend(a)
  reduced_like(r, a, d)
  if index then reduced_like(index, a, d) end
  check(b, b.lib.pen_reduce_dim(b.ctx, r, index, a, d, op, p or 0), 4)
  return r, index
end

local function longs_like(a) return T.empty(T.sibling(a, 'Long')) end

local function new_like(a) return T.empty(T.class(a)) end

-- torch.sum(a), torch.sum(a, dim), torch.sum(r, a, dim)
local function export(name)
  functions[name] = function(a, b, ...)
    if is(b) then return T.set_view(a, (M[name](b, ...))) end
    return M[name](a, b, ...)
  end
end

for name, op in pairs {sum = C.PEN_REDUCE_SUM, prod = C.PEN_REDUCE_PROD} do
  M[name] = function(a, dim)
    if not dim then return whole(a, op) end
    return (along(new_like(a), nil, a, dim, op))
  end
  export(name)
end

function M.mean(a, dim)
  if a.dtype < C.PEN_FLOAT then error('mean needs a float or double tensor, got ' .. T.class(a).typename, 2) end
  if not dim then return whole(a, C.PEN_REDUCE_SUM) / T.count(a) end
  return M.sum(a, dim):div(M.size(a, dim))
end
export('mean')

-- a:norm([p]), a:norm(p, dim); p = 2 by default.
function M.norm(a, p, dim)
  if not dim then return whole(a, C.PEN_REDUCE_NORM, p or 2) end
  return (along(new_like(a), nil, a, dim, C.PEN_REDUCE_NORM, p))
end
export('norm')

-- Unbiased, by two passes over the elements.
function M.var(a, dim)
  if dim then
    local centred = a - M.expandAs(M.mean(a, dim), a)
    return M.sum(centred:cmul(centred), dim):div(M.size(a, dim) - 1)
  end
  local centred = a - M.mean(a)
  return M.dot(centred, centred) / (T.count(a) - 1)
end
export('var')

function M.std(a, dim)
  local v = M.var(a, dim)
  return type(v) == 'number' and math.sqrt(v) or v:sqrt()
end
export('std')

function M.dist(a, b, p) return M.norm(M.__sub(a, b), p) end

-- a:max() a number; a:max(dim) values and their first positions.
for name, op in pairs {max = C.PEN_REDUCE_MAX, min = C.PEN_REDUCE_MIN} do
  M[name] = function(a, dim)
    if not dim then return whole(a, op) end
    return along(new_like(a), longs_like(a), a, dim, op)
  end
  functions[name] = M[name]
end

function M.all(a) return M.min(a) ~= 0 end
function M.any(a) return M.max(a) ~= 0 end

-- a.dot(b): a number.
function M.dot(a, b)
  local backend = T.backend(a)
  if a.dtype < C.PEN_FLOAT then return M.sum(functions.cmul(a, b)) end
  check(backend, backend.lib.pen_dot(backend.ctx, number, a, M.isContiguous(b) and b or M.clone(b)))
  return number[0]
end
functions.dot = M.dot

for name, product in pairs {cumsum = 0, cumprod = 1} do
  -- r:cumsum(a [, dim]); torch.cumsum([r,] a [, dim]); dim = 1 by default.
  M[name] = function(r, a, dim)
    if not is(a) then r, a, dim = new_like(r), r, a end
    local b = T.backend(a)
    T.resize_as(r, a)
    check(b, b.lib.pen_scan(b.ctx, r, a, T.dimension(a, dim or 1), product))
    return r
  end
  functions[name] = M[name]
end

-- a:sort([dim] [, descending]): sorted values and 1-based positions; stable. dim = the last by default.
function M.sort(a, dim, descending)
  if type(dim) == 'boolean' then dim, descending = nil, dim end
  dim = dim or a.ndim
  T.dimension(a, dim)
  local last = a.ndim
  local source = M.contiguous(dim == last and a or M.transpose(a, dim, last))
  local values, order = T.resize_as(new_like(a), source), T.resize_as(longs_like(a), source)
  local b = T.backend(a)
  check(b, b.lib.pen_sort_rows(b.ctx, values, order, source, descending and 1 or 0))
  if dim ~= last then
    values, order = M.contiguous(M.transpose(values, dim, last)), M.contiguous(M.transpose(order, dim, last))
  end
  return values, order
end

function functions.sort(a, b, ...)
  if is(b) then
    local values, order = M.sort(...)
    return T.set_view(a, values), T.set_view(b, order)
  end
  return M.sort(a, b, ...)
end

-- The k-th smallest along dim (the last by default): value and position, each with size 1 there.
function M.kthvalue(a, k, dim)
  dim = dim or a.ndim
  local values, order = M.sort(a, dim)
  return M.contiguous(M.narrow(values, dim, k, 1)), M.contiguous(M.narrow(order, dim, k, 1))
end
functions.kthvalue = M.kthvalue

-- The lower median.
function M.median(a, dim)
  dim = dim or a.ndim
  return M.kthvalue(a, math.floor((M.size(a, dim) - 1) / 2) + 1, dim)
end
functions.median = M.median

-- ---- matrix products ----

local function product(r, beta, alpha, a, b)
  if a.ndim ~= 2 or b.ndim ~= 2 or a.sizes[1] ~= b.sizes[0] then
    error(('matrix product of %s and %s is not possible'):format(T.shape_text(a), T.shape_text(b)), 4)
  end
  local backend = T.backend(r)
  check(backend, backend.lib.pen_gemm(backend.ctx, r, a, b, alpha, beta), 5)
  return r
end

function M.mm(r, a, b)
  if not b then r, a, b = new_like(r), r, a end
  T.resize(r, {tonumber(a.sizes[0]), tonumber(b.sizes[1])}, 2)
  return product(r, 0, 1, a, b)
end
functions.mm = M.mm

function M.mv(r, a, x)
  if not x then r, a, x = new_like(r), r, a end
  T.resize(r, {tonumber(a.sizes[0]), 1}, 2)
  product(r, 0, 1, a, M.view(M.contiguous(x), -1, 1))
  return T.resize(r, {tonumber(a.sizes[0])}, 1)
end
functions.mv = M.mv

-- r:addmm([beta,] [base,] [alpha,] a, b) = beta base + alpha a b
function M.addmm(r, ...)
  local numbers, tensors = {}, {}
  for i = 1, select('#', ...) do
    local x = select(i, ...)
    local list = is(x) and tensors or numbers
    list[#list + 1] = x
  end
  local base, a, b = r, tensors[1], tensors[2]
  if tensors[3] then base, a, b = tensors[1], tensors[2], tensors[3] end
  local beta, alpha = numbers[1] or 1, numbers[2] or 1
  if #numbers == 1 then beta, alpha = 1, numbers[1] end
  if base ~= r then T.resize_as(r, base):copy(base) end
  return product(r, beta, alpha, a, b)
end
functions.addmm = function(a, b, ...)
  return M.addmm(new_like(is(a) and a or b), a, b, ...)
end

return M
