-- Linear algebra through LAPACK: gesv, gels, trtrs, inverse, potrf, potrs, potri, pstrf, symeig, eig, svd, qr, geqrf,
-- orgqr, ormqr. Functions only, as in Torch; results may be given in front. Matrices that come out are column-major,
-- that is, their transposes are contiguous. What lies on a device is computed on the host.
local error = require 'pen.blame'
local ffi = require 'ffi'
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local M, functions = T.methods, T.functions
local C, is = pen.C, T.is

local function call(name, ...) pen.check(pen.cpu, C['pen_' .. name](pen.cpu.ctx, ...), 4) end

-- ---- matrices in and out ----

-- An uninitialised column-major matrix on the host, of the element type of a.
local function columns(a, m, n)
  return M.transpose(T.resize(T.empty(T.host_class(T.class(a))), {n, m}, 2), 1, 2)
end

-- A column-major copy of a; a vector counts as one column.
local function column_copy(name, a)
  if a.ndim == 1 then a = M.unsqueeze(a, 2) end
  if a.ndim ~= 2 then error(('%s: a matrix expected, got a %dD tensor'):format(name, a.ndim), 4) end
  return columns(a, M.size(a, 1), M.size(a, 2)):copy(a)
end

local function vector(a, n) return T.resize(T.empty(T.host_class(T.class(a))), {n}, 1) end

-- x for the caller: of a's class, or in the result r, which becomes column-major if it is contiguous.
local function deliver(r, x, a)
  if not r then return x.dtype == a.dtype and M.typeAs(x, a) or x end
  if x.ndim == 2 and (M.isContiguous(r) or not T.same_shape(r, x)) then
    T.resize(r, {M.size(x, 2), M.size(x, 1)}, 2)
    T.set_view(r, M.transpose(r, 1, 2))
  elseif not T.same_shape(r, x) then
    T.resize_as(r, x)
  end
  return r:copy(x)
end

-- torch.name([n results,] sources ..., options ...) from body(sources ..., options ...), which returns the results.
local function define(name, results, sources, body)
  local function compute(given, a, ...)
    local computed = {body(a, ...)}
    for i = 1, results do computed[i] = deliver(given[i], computed[i], a) end
    return unpack(computed, 1, results)
  end
  functions[name] = function(...)
    local count, list = 0, {...}
    while is(list[count + 1]) do count = count + 1 end
    if count == sources then return compute({}, ...) end
    if count ~= results + sources then
      error(('torch.%s: %d tensors expected, or %d with the results'):format(name, sources, results + sources), 2)
    end
    return compute(list, select(results + 1, ...))
  end
end

local function option(name, value, default, other)
  if value == nil or value == default then return false end
  if value == other then return true end
  error(("%s: '%s' or '%s' expected, not %s"):format(name, default, other, tostring(value)), 4)
end
local function upper(name, value) return option(name, value, 'U', 'L') and 0 or 1 end

-- ---- systems of equations ----

-- torch.gesv([x, lu,] b, a): a x = b
define('gesv', 2, 2, function(b, a)
  local x, lu = column_copy('gesv', b), column_copy('gesv', a)
  call('solve', lu, x)
  return x, lu
end)

-- torch.gels([x, factors,] b, a): x of the least |a x - b|.
define('gels', 2, 2, function(b, a)
  local factors, right = column_copy('gels', a), column_copy('gels', b)
  local m, n = M.size(a, 1), M.size(a, 2)
  if M.size(right, 1) ~= m then error(('gels: a has %d rows, b %d'):format(m, M.size(right, 1)), 3) end
  local room = columns(a, math.max(m, n), M.size(right, 2)):zero()
  M.narrow(room, 1, 1, m):copy(right)
  call('least_squares', factors, room)
  return column_copy('gels', M.narrow(room, 1, 1, n)), factors
end)

-- torch.trtrs([x, a,] b, a [, 'U' | 'L' [, 'N' | 'T' [, 'N' | 'U']]]): which triangle; transposed; ones on the diagonal
define('trtrs', 2, 2, function(b, a, triangle, transpose, unit)
  local x, factor = column_copy('trtrs', b), column_copy('trtrs', a)
  call('solve_triangular', x, factor, upper('trtrs', triangle), option('trtrs', transpose, 'N', 'T') and 1 or 0,
    option('trtrs', unit, 'N', 'U') and 1 or 0)
  return x, factor
end)

define('inverse', 1, 1, function(a)
  local r = column_copy('inverse', a)
  call('inverse', r)
  return r
end)

-- ---- Cholesky ----

local function triangle_of(a, is_upper) return is_upper == 1 and functions.triu(a) or functions.tril(a) end

-- torch.potrf([r,] a [, 'U' | 'L']): the factor, and 0 in the other triangle.
define('potrf', 1, 1, function(a, triangle)
  local r, up = column_copy('potrf', a), upper('potrf', triangle)
  call('cholesky', r, up)
  return column_copy('potrf', triangle_of(r, up))
end)

-- torch.potrs([x,] b, factor [, 'U' | 'L'])
define('potrs', 1, 2, function(b, factor, triangle)
  local x = column_copy('potrs', b)
  call('cholesky_solve', x, column_copy('potrs', factor), upper('potrs', triangle))
  return x
end)

-- torch.potri([r,] factor [, 'U' | 'L']): the inverse of what was factored.
define('potri', 1, 1, function(factor, triangle)
  local r, up = column_copy('potri', factor), upper('potri', triangle)
  call('cholesky_inverse', r, up)
  local strict = up == 1 and functions.triu(r, 1) or functions.tril(r, -1)
  return column_copy('potri', triangle_of(r, up):add(M.t(strict)))
end)

-- torch.pstrf([r, order,] a [, 'U' | 'L' [, tolerance]]): with rows and columns of a in this order, an IntTensor.
local rank = ffi.new('int64_t[1]')
define('pstrf', 2, 1, function(a, triangle, tolerance)
  local r, up, n = column_copy('pstrf', a), upper('pstrf', triangle), M.size(a, 1)
  local order = torch.IntTensor(n)
  call('cholesky_pivoted', r, order, rank, up, tolerance or -1)
  local factor, k = triangle_of(r, up), tonumber(rank[0])
  if k < n then M.narrow(factor, up == 1 and 1 or 2, k + 1, n - k):zero() end
  return column_copy('pstrf', factor), order
end)

-- ---- eigenvalues and singular values ----

-- torch.symeig([values, vectors,] a [, 'N' | 'V' [, 'U' | 'L']])
define('symeig', 2, 1, function(a, job, triangle)
  local vectors = column_copy('symeig', a)
  local values = vector(a, M.size(a, 1))
  call('eigen_symmetric', values, vectors, option('symeig', job, 'N', 'V') and 1 or 0, upper('symeig', triangle))
  return values, vectors
end)

-- torch.eig([values, vectors,] a [, 'N' | 'V']): values N x 2, real and imaginary.
define('eig', 2, 1, function(a, job)
  local work, n = column_copy('eig', a), M.size(a, 1)
  local values = columns(a, n, 2)
  local vectors = option('eig', job, 'N', 'V') and columns(a, n, n)
  call('eigen', values, vectors or nil, work)
  return values, vectors or T.empty(T.class(work))
end)

-- torch.svd([u, s, v,] a [, 'S' | 'A']): a = u diag(s) v^T
define('svd', 3, 1, function(a, job)
  local work, m, n = column_copy('svd', a), M.size(a, 1), M.size(a, 2)
  local k, all = math.min(m, n), option('svd', job, 'S', 'A')
  local u, values, vt = columns(a, m, all and m or k), vector(a, k), columns(a, all and n or k, n)
  call('svd', u, values, vt, work)
  return u, values, M.t(vt)
end)

-- ---- orthogonal factors ----

local function reflectors(name, a)
  local r = column_copy(name, a)
  local tau = vector(a, math.min(M.size(r, 1), M.size(r, 2)))
  call('qr', r, tau)
  return r, tau
end

-- torch.geqrf([r, tau,] a): R above the diagonal, reflectors below it.
define('geqrf', 2, 1, function(a) return reflectors('geqrf', a) end)

local function factor(name, r, tau)
  local q = column_copy(name, M.narrow(r, 2, 1, math.min(M.size(r, 1), M.size(r, 2))))
  call('qr_factor', q, M.contiguous(T.host(tau)))
  return q
end

-- torch.orgqr([q,] r, tau): Q from what geqrf leaves.
define('orgqr', 1, 2, function(r, tau) return factor('orgqr', r, tau) end)

-- torch.qr([q, r,] a)
define('qr', 2, 1, function(a)
  local r, tau = reflectors('qr', a)
  local upper_rows = M.narrow(r, 1, 1, math.min(M.size(r, 1), M.size(r, 2)))
  return factor('qr', r, tau), column_copy('qr', functions.triu(upper_rows))
end)

-- torch.ormqr([c,] r, tau, c [, 'L' | 'R' [, 'N' | 'T']]): Q times c, or c times Q; Q transposed.
define('ormqr', 1, 3, function(r, tau, c, side, transpose)
  local product = column_copy('ormqr', c)
  call('qr_multiply', product, column_copy('ormqr', r), M.contiguous(T.host(tau)),
    option('ormqr', side, 'L', 'R') and 0 or 1, option('ormqr', transpose, 'N', 'T') and 1 or 0)
  return product
end)

return functions
