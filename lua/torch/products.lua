-- Matrix products: mm, mv, ger, bmm, and addmm and its kin, r = beta base + alpha (product of a and b).
local error = require 'pen.blame'
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local refuse = require('torch.arguments').refuse
local C, M, functions = pen.C, T.methods, T.functions
local is, check, new_like = T.is, pen.check, T.new_like

local function size(t, d) return tonumber(t.sizes[d]) end

local function product(r, beta, alpha, a, b)
  if a.ndim ~= 2 or b.ndim ~= 2 or a.sizes[1] ~= b.sizes[0] then
    error(('size mismatch: no matrix product of %s and %s'):format(T.shape_text(a), T.shape_text(b)), 4)
  end
  local backend = T.backend(r)
  check(backend, backend.lib.pen_gemm(backend.ctx, r, a, b, alpha, beta), 5)
  return r
end

-- A vector's elements as a matrix of one column, or row.
local function as_matrix(x, height, width)
  local t = T.alias(M.contiguous(x))
  t.ndim, t.sizes[0], t.sizes[1], t.strides[0], t.strides[1] = 2, height, width, width, 1
  return t
end
local function column(x) return as_matrix(x, T.count(x), 1) end
local function row(x) return as_matrix(x, 1, T.count(x)) end

local function check_dims(name, t, ndim)
  if t.ndim ~= ndim then error(('%s: a %dD tensor expected, got %s'):format(name, ndim, T.shape_text(t)), 4) end
end

-- ---- plain products: f([r,] a, b) ----

local function plain(name, body)
  M[name] = function(x, y, z, more)
    local r, a, b = x, y, z
    if z == nil then r, a, b = nil, x, y end
    if not is(a) or not is(b) or (r and not is(r)) or more ~= nil then refuse(x, y, z, more) end
    return body(r or new_like(a), a, b)
  end
  functions[name] = M[name]
end

plain('mm', function(r, a, b)
  check_dims('mm', a, 2)
  check_dims('mm', b, 2)
  T.resize(r, {size(a, 0), size(b, 1)}, 2)
  product(r, 0, 1, a, b)
  return r
end)

plain('mv', function(r, a, x)
  check_dims('mv', a, 2)
  T.resize(r, {size(a, 0), 1}, 2)
  product(r, 0, 1, a, column(x))
  return T.resize(r, {size(a, 0)}, 1)
end)

-- Every product of an element of a and one of b.
plain('ger', function(r, a, b)
  check_dims('ger', a, 1)
  check_dims('ger', b, 1)
  T.resize(r, {size(a, 0), size(b, 0)}, 2)
  return product(r, 0, 1, column(a), row(b))
end)

-- r[i][j] = k times the squared distance of row i of a to row j of b; what is in a row may have any shape.
function M.match(r, a, b, k)
  if not is(a) or not is(b) or a.ndim == 0 or b.ndim == 0 then error('match: two tensors expected', 2) end
  local rows, columns = size(a, 0), size(b, 0)
  if a.dtype ~= b.dtype or T.count(a) * columns ~= T.count(b) * rows then
    error(('match: %s %s and %s %s have other rows'):format(T.class(a).typename, T.shape_text(a), T.class(b).typename,
      T.shape_text(b)), 2)
  end
  local exact = (a.dtype == C.PEN_FLOAT or a.dtype == C.PEN_DOUBLE) and T.class(a).typename or 'torch.DoubleTensor'
  local function matrix(t, n) return M.view(M.contiguous(M.type(t, exact)), n, -1) end
  local result = T.resize(r.klass == a.klass and exact == T.class(a).typename and r or
    T.empty(T.class_named(exact)), {rows, columns}, 2)
  local backend = T.backend(result)
  check(backend, backend.lib.pen_row_distances(backend.ctx, result, matrix(a, rows), matrix(b, columns), k or 1))
  return result == r and r or T.resize_as(r, result):copy(result)
end
function functions.match(r, a, b, k)
  if is(b) then return M.match(r, a, b, k) end
  if not is(r) or not is(a) then error('match: two tensors expected', 2) end
  return M.match(new_like(r), r, a, b)
end

local function batches(a, b)
  if a.ndim ~= 3 or b.ndim ~= 3 or a.sizes[0] ~= b.sizes[0] then
    error(('batches of matrices expected, as many in both, got %s and %s'):format(T.shape_text(a), T.shape_text(b)), 5)
  end
  return size(a, 0)
end

plain('bmm', function(r, a, b)
  local n = batches(a, b)
  T.resize(r, {n, size(a, 1), size(b, 2)}, 3)
  for i = 1, n do product(M.select(r, 1, i), 0, 1, M.select(a, 1, i), M.select(b, 1, i)) end
  return r
end)

-- ---- sums: torch.f([r,] [beta,] base, [alpha,] a, b); r:f([alpha,] a, b), r:f(beta, alpha, a, b), and with a base as
-- the function ----

local function numbers_and_tensors(...)
  local numbers, tensors, before = {}, {}, 0
  for i = 1, select('#', ...) do
    local x = select(i, ...)
    if is(x) then tensors[#tensors + 1] = x
    elseif x ~= nil then
      if type(x) ~= 'number' then refuse(...) end
      numbers[#numbers + 1] = x
      if #tensors == 0 then before = before + 1 end -- numbers that stand in front of all tensors
    end
  end
  return numbers, tensors, before
end

local function compute(body, r, beta, base, alpha, a, b)
  if base ~= r then T.resize_as(r, base):copy(base) end
  return body(r, beta, alpha, a, b)
end

local function sum_of(name, body)
  -- The numbers around the base are beta and alpha by their places.
  local function with_base(r, base, a, b, numbers, before)
    local beta = before > 0 and numbers[1] or 1
    return compute(body, r, beta, base, numbers[before + 1] or 1, a, b)
  end
  local function general(r, ...)
    local numbers, tensors, before = numbers_and_tensors(...)
    if #tensors == 3 then return with_base(r, tensors[1], tensors[2], tensors[3], numbers, before) end
    if #tensors ~= 2 then error(name .. ': two or three tensors expected', 2) end
    local beta = numbers[2] and numbers[1] or 1
    return compute(body, r, beta, r, numbers[2] or numbers[1] or 1, tensors[1], tensors[2])
  end
  -- The forms without a base first: layers call them by the thousand. No tail calls: see resize in torch/tensor.lua.
  M[name] = function(r, x, y, z, w, ...)
    if is(x) and is(y) and z == nil then body(r, 1, 1, x, y)
    elseif type(x) == 'number' and is(y) and is(z) and w == nil then body(r, 1, x, y, z)
    elseif type(x) == 'number' and type(y) == 'number' and is(z) and is(w) then body(r, x, y, z, w)
    else general(r, x, y, z, w, ...) end
    return r
  end
  functions[name] = function(first, ...)
    local numbers, tensors, before = numbers_and_tensors(first, ...)
    if #tensors == 4 then return M[name](first, ...) end
    if #tensors ~= 3 then error(name .. ': three tensors expected, or four with the result', 2) end
    return with_base(new_like(tensors[1]), tensors[1], tensors[2], tensors[3], numbers, before)
  end
end

sum_of('addmm', product)
sum_of('addmv', function(r, beta, alpha, a, x)
  product(M.unsqueeze(r, 2), beta, alpha, a, column(x))
  return r
end)
sum_of('addr', function(r, beta, alpha, a, b) return product(r, beta, alpha, column(a), row(b)) end)

-- The sum of all products of a batch, and a batch of sums.
sum_of('addbmm', function(r, beta, alpha, a, b)
  for i = 1, batches(a, b) do product(r, i == 1 and beta or 1, alpha, M.select(a, 1, i), M.select(b, 1, i)) end
  return r
end)
sum_of('baddbmm', function(r, beta, alpha, a, b)
  for i = 1, batches(a, b) do
    product(M.select(r, 1, i), beta, alpha, M.select(a, 1, i), M.select(b, 1, i))
  end
  return r
end)

return M
