-- Tensors made from numbers: zeros, ones, range, linspace, logspace, and cat of others. As functions they make a tensor
-- of the default class, or fill the result in front; as methods they fill the tensor itself.
local error = require 'pen.blame'
local C = require('pen.ffi').C
local T = require 'torch.tensor'
local refuse = require('torch.arguments').refuse
local M, functions = T.methods, T.functions
local is = T.is

local function default() return T.class_named('torch.' .. T.default .. 'Tensor') end

-- torch.f([r,] numbers...) from method f, which fills r.
local function export(name)
  functions[name] = function(first, ...)
    if is(first) then return M[name](first, ...) end
    return M[name](T.empty(default()), first, ...)
  end
end

-- Without sizes this would empty the tensor of one who wants another like it.
for name, value in pairs {zeros = 0, ones = 1} do
  M[name] = function(r, ...)
    if select('#', ...) == 0 then refuse(r) end
    return M.resize(r, ...):fill(value)
  end
end
export 'zeros'
export 'ones'

-- data[i] = first + i span / steps for i = 0 .. n - 1, or 10 to that power. In a function of its own: the loop is
-- compiled by itself.
local function write_sequence(data, n, first, span, steps, power)
  for i = 0, n - 1 do
    local x = first + i * span / steps
    data[i] = power and 10 ^ x or x
  end
end

-- r becomes these numbers, in row-major order; its shape stays if it has n elements. Written on the host.
local function sequence(r, n, ...)
  if T.count(r) ~= n then T.resize(r, {n}, 1) end
  local plain = T.class_named(r.dtype == C.PEN_LONG and 'torch.LongTensor' or 'torch.DoubleTensor')
  local list = r.klass == plain.id and M.isContiguous(r) and r or T.resize(T.empty(plain), {n}, 1)
  write_sequence(M.data(list), n, ...)
  return list == r and r or r:copy(list)
end

-- first, first + step, ... up to last
function M.range(r, first, last, step)
  step = step or 1
  if type(first) ~= 'number' or type(last) ~= 'number' or type(step) ~= 'number' then refuse(first, last, step) end
  if step == 0 or (last - first) / step < 0 then
    error(('range: no way from %s to %s in steps of %s'):format(first, last, step), 2)
  end
  return sequence(r, math.floor((last - first) / step) + 1, first, step, 1, false)
end
export 'range'

-- How many points: 100 by default.
local function points(n)
  if type(n or 100) ~= 'number' then refuse(n) end
  return T.whole(n or 100)
end

local function check_points(first, last, n)
  if type(first) ~= 'number' or type(last) ~= 'number' then error.named('two numbers expected') end
  if n > 1 or (n == 1 and first == last) then return end
  error(('%s points between %s and %s are not possible'):format(n, first, last), 3)
end

function M.linspace(r, first, last, n)
  n = points(n)
  check_points(first, last, n)
  return sequence(r, n, first, last - first, math.max(n - 1, 1), false)
end
export 'linspace'

-- 10^first ... 10^last, with even steps of the exponent.
function M.logspace(r, first, last, n)
  n = points(n)
  check_points(first, last, n)
  return sequence(r, n, first, last - first, math.max(n - 1, 1), true)
end
export 'logspace'

-- ---- cat ----

-- The size of t in dimension d of a result that may have more dimensions than t.
local function size_in(t, d) return d <= t.ndim and tonumber(t.sizes[d - 1]) or 1 end

-- Where part goes in the result: a view of it, and the place behind.
local function place(r, part, dim, at)
  local size = size_in(part, dim)
  local view = M.narrow(r, dim, at, size)
  for d = 1, r.ndim do
    if d ~= dim and size_in(part, d) ~= size_in(r, d) then
      error(('cat: inconsistent tensor sizes: %s does not go with the others along dimension %d, which make %s'):format(
        T.shape_text(part), dim, T.shape_text(r)))
    end
  end
  return view, at + size
end

local function cat(r, list, dim)
  local parts, ndim, total = {}, dim or 1, 0
  for _, t in ipairs(list) do
    if t.ndim > 0 then parts[#parts + 1] = t end -- empty tensors go with all
    ndim = math.max(ndim, t.ndim)
  end
  if #parts == 0 then return T.resize(r, {}, 0) end
  if dim == nil or dim == -1 then dim = ndim end
  for _, t in ipairs(parts) do total = total + size_in(t, dim) end
  local sizes = {}
  for d = 1, ndim do sizes[d] = d == dim and total or size_in(parts[1], d) end
  T.resize(r, sizes, ndim)
  local at = 1
  for _, t in ipairs(parts) do
    local view
    view, at = place(r, t, dim, at)
    view:copy(t)
  end
  return r
end

-- Two tensors that go together, without a loop; nil where there is more to it.
local function pair(r, a, b, dim)
  if not is(a) or not is(b) or r == a or r == b or a.ndim == 0 or b.ndim == 0 then return end
  dim = dim or math.max(a.ndim, b.ndim)
  if type(dim) ~= 'number' or C.pen_shape_cat(r, a, b, dim - 1) == 0 then return end
  T.fit(r)
  local size = size_in(a, dim)
  M.narrow(r, dim, 1, size):copy(a)
  M.narrow(r, dim, size + 1, size_in(b, dim)):copy(b)
  return r
end

-- torch.cat([r,] a, b [, dim]), torch.cat([r,] {list} [, dim]): a copy; dim = -1, the last, by default.
function functions.cat(first, second, third, fourth)
  local r, list, dim
  if is(first) and is(second) then
    local joined
    if is(third) then joined = pair(first, second, third, fourth)
    else joined = pair(T.empty(T.class(first)), first, second, third) end
    if joined then return joined end
  end
  if type(first) == 'table' then list, dim = first, second
  elseif type(second) == 'table' then r, list, dim = first, second, third
  elseif is(third) then r, list, dim = first, {second, third}, fourth
  else list, dim = {first, second}, third end
  if #list == 0 then error('cat: no tensors', 2) end
  for _, t in ipairs(list) do
    if not is(t) then refuse(unpack(list)) end
  end
  if type(dim or 1) ~= 'number' then refuse(dim) end
  r = r or T.empty(T.class(list[1]))
  for _, t in ipairs(list) do
    if t == r then return T.set_view(r, cat(T.empty(T.class(r)), list, dim)) end
  end
  return cat(r, list, dim)
end
M.cat = functions.cat

return M
