-- Parts of matrices: diagonals and triangles. k shifts the diagonal, to the right where it is positive.
local error = require 'pen.blame'
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local refuse = require('torch.arguments').refuse
local M, functions = T.methods, T.functions
local is = T.is

local function check_matrix(a, name)
  if not is(a) then refuse(a) end
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

-- As a method and as a function: f([r,] a [, k]).
local function define(name, body)
  M[name] = function(a, b, k, more)
    if not is(b) then return M[name](T.empty(T.class(a)), a, b, k) end
    if type(k or 0) ~= 'number' or more ~= nil then refuse(b, k, more) end
    return body(a, b, k)
  end
  functions[name] = M[name]
end

-- Of a vector the matrix with it on the k-th diagonal, of a matrix that diagonal.
define('diag', function(r, a, k)
  k = T.whole(k or 0)
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

-- The elements on and below, or on and above, the k-th diagonal; 0 elsewhere.
for name, upper in pairs {tril = 0, triu = 1} do
  define(name, function(r, a, k)
    check_matrix(a, name)
    local b = T.backend(a)
    if r ~= a then T.resize_as(r, a) end
    pen.check(b, b.lib.pen_keep_triangle(b.ctx, r, a, k or 0, upper))
    return r
  end)
end

-- The sum of the diagonal.
function M.trace(a, more)
  if more ~= nil then refuse(a, more) end
  check_matrix(a, 'trace')
  return diagonal(a, 0):sum()
end
functions.trace = M.trace

-- torch.eye([r,] rows [, columns]); columns below 1 are none given.
function M.eye(r, rows, columns)
  if type(columns or 1) ~= 'number' then refuse(r, rows, columns) end
  M.zeros(r, rows, columns and columns >= 1 and columns or rows)
  if r.ndim == 0 then error('eye: a size above 0 expected') end
  diagonal(r, 0):fill(1)
  return r
end
function functions.eye(first, ...)
  if is(first) then return M.eye(first, ...) end
  return M.eye(functions.zeros(1), first, ...)
end

return M
