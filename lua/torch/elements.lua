-- Whole tensors element by element: fill, copy between types and shapes, equal, and the functions of Lua on elements.
local error = require 'pen.blame'
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local loops = require 'torch.loops'
local C, M, functions = pen.C, T.methods, T.functions
local is, check, fitting = T.is, pen.check, T.fitting

function M.fill(r, k)
  if type(k) ~= 'number' then error.named('a number expected, got ' .. torch.type(k)) end
  if r.dtype == C.PEN_HALF then return M.copy(r, M.fill(T.resize_as(T.empty(T.sibling(r, 'Float')), r), k)) end
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

-- Whether r and a lie in the same part of a storage, in different order: threads would overwrite what others read.
local function overlap(r, a)
  if r.store == nil or r.store ~= a.store or M.isSetTo(r, a) then return false end
  return r.start < C.pen_reach(a) and a.start < C.pen_reach(r)
end

-- Any type, any strides; only the number of elements must agree.
function M.copy(r, a)
  if not is(a) then error('copy: expected a tensor, got ' .. type(a), 2) end
  if T.count(r) ~= T.count(a) then
    error(('copy: inconsistent tensor size: %s and %s'):format(T.shape_text(r), T.shape_text(a)), 2)
  end
  if r.store ~= nil and a.store ~= nil and r.store.device ~= a.store.device then return T.transfer(r, a) end
  if r.dtype == C.PEN_HALF or a.dtype == C.PEN_HALF then return T.count(r) > 0 and copy_half(r, a) or r end
  if overlap(r, a) then a = M.clone(a) end
  local b = T.backend(r)
  check(b, b.lib.pen_copy(b.ctx, r, fitting(r, r, a)))
  return r
end

-- The same sizes and the same elements.
function M.equal(a, b)
  if not is(b) then require('torch.arguments').refuse(a, b) end
  if not T.same_shape(a, b) then return false end
  return T.count(a) == 0 or M.min(M.eq(a, b)) == 1
end
functions.equal = M.equal

-- The elements on the host, contiguous, and how to read them; n of them.
local function elements(t, n, to)
  if T.count(t) ~= n then error.named(('size mismatch: %s and %s'):format(T.shape_text(to), T.shape_text(t))) end
  local flat = M.contiguous(T.host(t))
  return M.data(flat), T.reader(flat), flat
end

-- t with the elements of flat. The sources come along so that they are not collected while their elements are read.
local function written(t, flat) return flat == t and t or t:copy(flat) end

-- What is called on elements; C's functions that ffi knows, too.
local function check_callable(f)
  if f == nil or type(f) == 'number' then error.named('a function expected, got ' .. type(f)) end
end

local apply_loop = loops.own(function(f, n, data, read)
  for i = 0, n - 1 do
    local value = f(read(data, i))
    if value ~= nil then data[i] = value end
  end
end)

local map_loop = loops.own(function(f, n, data, read, data1, read1)
  for i = 0, n - 1 do
    local value = f(read(data, i), read1(data1, i))
    if value ~= nil then data[i] = value end
  end
end)

local map2_loop = loops.own(function(f, n, data, read, data1, read1, data2, read2)
  for i = 0, n - 1 do
    local value = f(read(data, i), read1(data1, i), read2(data2, i))
    if value ~= nil then data[i] = value end
  end
end)

-- Calls f on each element in row-major order; a result that is not nil replaces it. map gives f the elements of one
-- other tensor, too, and map2 those of two.
function M.apply(t, f)
  check_callable(f)
  local n = T.count(t)
  if n == 0 then return t end
  local data, read, flat = elements(t, n)
  apply_loop(f, n, t.dtype)(f, n, data, read)
  return written(t, flat)
end

function M.map(t, other, f)
  check_callable(f)
  local n = T.count(t)
  if n == 0 then return t end
  local data, read, flat = elements(t, n)
  local data1, read1, source1 = elements(other, n, t)
  map_loop(f, n, 8 * t.dtype + other.dtype)(f, n, data, read, data1, read1)
  return written(t, flat, source1)
end

function M.map2(t, first, second, f)
  check_callable(f)
  local n = T.count(t)
  if n == 0 then return t end
  local data, read, flat = elements(t, n)
  local data1, read1, source1 = elements(first, n, t)
  local data2, read2, source2 = elements(second, n, t)
  map2_loop(f, n, 64 * t.dtype + 8 * first.dtype + second.dtype)(f, n, data, read, data1, read1, data2, read2)
  return written(t, flat, source1, source2)
end

return M
