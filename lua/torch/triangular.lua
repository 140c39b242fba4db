-- Parts of matrices: diagonals and triangles. k shifts the diagonal, to the right where it is positive.
local T = require 'torch.tensor'
local M, functions = T.methods, T.functions
local is = T.is

local function check_matrix(a, name)
  if a.ndim ~= 2 then error(('%s: a matrix expected, got a %dD tensor'):format(name, a.ndim), 3) end
end

-- The k-th diagonal as a vector that shares the matrix's elements; nil where it has none.
local function diagonal(a, k)
  local rows, columns = tonumber(a.sizes[0]), tonumber(a.sizes[1])
  local n = math.min(rows + math.min(k, 0), columns - math.max(k, 0))
  if n < 1 then return nil end
  local r = T.alias(a)
  r.start = a.start + math.max(k, 0) * a.strides[1] + math.max(-k, 0) * a.strides[0]
  r.ndim, r.sizes[0], r.strides[0] = 1, n, a.strides[0] + a.strides[1]
  return r
end

-- As a method and as a function: f([r,] a, numbers...).
local function define(name, body)
  M[name] = function(a, b, ...)
    if is(b) then return body(a, b, ...) end
    return body(T.empty(T.class(a)), a, b, ...)
  end
  functions[name] = M[name]
end

-- Of a vector the matrix with it on the k-th diagonal, of a matrix that diagonal.
define('diag', function(r, a, k)
  k = k or 0
  if a.ndim == 1 then
    local n = T.count(a) + math.abs(k)
    M.zeros(r, n, n)
    diagonal(r, k):copy(a)
    return r
  end
  check_matrix(a, 'diag')
  local d = diagonal(a, k)
  if not d then error(('diag: %s has no diagonal %d'):format(T.shape_text(a), k), 3) end
  return T.resize_as(r, d):copy(d)
end)

-- Sets what lies beside columns first(i) .. last(i) of each row i to 0.
local function keep_columns(r, a, first, last)
  if r ~= a then T.resize_as(r, a):copy(a) end
  local rows, columns = M.size(r, 1), M.size(r, 2)
  for i = 1, rows do
    local from, to = math.max(first(i), 1), math.min(last(i), columns)
    local row = M.select(r, 1, i)
    if from > to then row:fill(0)
    else
      if from > 1 then M.narrow(row, 1, 1, from - 1):fill(0) end
      if to < columns then M.narrow(row, 1, to + 1, columns - to):fill(0) end
    end
  end
  return r
end

-- The elements on and below, or on and above, the k-th diagonal; 0 elsewhere.
define('tril', function(r, a, k)
  check_matrix(a, 'tril')
  return keep_columns(r, a, function() return 1 end, function(i) return i + (k or 0) end)
end)
define('triu', function(r, a, k)
  check_matrix(a, 'triu')
  return keep_columns(r, a, function(i) return i + (k or 0) end, function() return math.huge end)
end)

-- The sum of the diagonal.
function M.trace(a)
  check_matrix(a, 'trace')
  return diagonal(a, 0):sum()
end
functions.trace = M.trace

-- torch.eye([r,] rows [, columns])
function M.eye(r, rows, columns)
  M.zeros(r, rows, columns or rows)
  diagonal(r, 0):fill(1)
  return r
end
function functions.eye(first, ...)
  if is(first) then return M.eye(first, ...) end
  return M.eye(functions.zeros(1), first, ...)
end

return M
