-- More views, and the copies that go with them: view, expand, squeeze, unfold, split, repeatTensor. Where Torch takes a
-- result in front of the tensor, so do these: r:view(t, sizes...) and torch.view(r, t, sizes...) set r to the view.
local error = require 'pen.blame'
local T = require 'torch.tensor'
local refuse = require('torch.arguments').refuse
local C = require('pen.ffi').C
local M = T.methods
local dimension, text = T.dimension, T.shape_text

-- Gives a method its second form, with the result in front.
local function with_result(name)
  local plain = M[name]
  M[name] = function(t, first, ...)
    if T.is(first) then return T.set_view(t, plain(first, ...)) end
    return plain(t, first, ...)
  end
end

local function refuse_view(t, sizes)
  local open = 0
  for _, size in ipairs(sizes) do open = open + (size == -1 and 1 or 0) end
  if open > 1 then error('view: only one size may be -1', 2) end
  if not M.isContiguous(t) then error('view: the tensor must be contiguous (use :contiguous() or :reshape())', 2) end
  error(('Wrong size for view. Input size: %s. Output size: %s'):format(text(t), table.concat(sizes, 'x')), 2)
end

-- One size may be -1.
function M.view(t, ...)
  local sizes, n = T.sizes_from(...)
  local r = T.alias(t)
  if C.pen_view_shape(r, n, T.packed(sizes)) == 0 then refuse_view(t, sizes) end
  return r
end
with_result 'view'

-- viewAs([result,] tensor, template)
function M.viewAs(t, template, other)
  if other then return M.view(t, template, M.size(other)) end
  return M.view(t, M.size(template))
end

-- reshape([result,] tensor, sizes...): always a copy.
function M.reshape(t, first, ...)
  if T.is(first) then
    local sizes, n = T.sizes_from(...)
    return T.resize(t, sizes, n):copy(first)
  end
  return M.view(M.clone(t), first, ...)
end

-- sizes: n numbers in C's memory.
local function expanded(t, n, sizes)
  if n < t.ndim or t.ndim == 0 then error(('expand: %dD to %d sizes'):format(t.ndim, n), 2) end
  local r = T.alias(t)
  if C.pen_view_expand(r, n, sizes) == 0 then
    local list = {}
    for d = 1, math.min(n, C.PEN_MAX_DIM) do list[d] = tonumber(sizes[d - 1]) end
    error(('expand: %s cannot become %s'):format(text(t), table.concat(list, 'x')))
  end
  return r
end

-- Dimensions of size 1 repeat without a copy (stride 0); further dimensions may be put in front.
function M.expand(t, ...)
  local sizes, n = T.sizes_from(...)
  return (expanded(t, n, T.packed_whole(sizes)))
end
with_result 'expand'

-- expandAs([result,] tensor, template)
function M.expandAs(t, template, other)
  if other then return T.set_view(t, M.expandAs(template, other)) end
  if T.is_storage(template) then return M.expand(t, template) end
  if not T.is(t) or not T.is(template) then refuse(t, template) end
  if t.ndim ~= template.ndim then
    error(('expandAs: %s has not as many dimensions as %s'):format(text(t), text(template)), 2)
  end
  return (expanded(t, template.ndim, template.sizes))
end

-- A view without the dimensions of size 1, or without the given one if its size is 1.
local function squeezed(t, dim)
  if dim then dimension(t, dim) end
  local r, n = T.alias(t), 0
  for d = 0, t.ndim - 1 do
    if tonumber(t.sizes[d]) ~= 1 or (dim and dim ~= d + 1) then
      r.sizes[n], r.strides[n] = t.sizes[d], t.strides[d]
      n = n + 1
    end
  end
  if t.ndim > 0 and n == 0 then r.sizes[0], r.strides[0], n = 1, 1, 1 end
  r.ndim = n
  return r
end

-- squeeze([result,] tensor [, dim]): what is left of a tensor of one element is that number, unless dim is given.
function M.squeeze(t, source, dim)
  local given = T.is(source)
  local a = given and source or t
  if not given then dim = source end
  local r = squeezed(a, dim)
  if given then T.set_view(t, r) end
  return not dim and a.ndim > 0 and T.count(r) == 1 and r[1] or given and t or r
end

function M.unsqueeze(t, dim)
  local r = T.alias(t)
  r.ndim = t.ndim + 1
  for d = t.ndim, dim, -1 do r.sizes[d], r.strides[d] = t.sizes[d - 1], t.strides[d - 1] end
  r.sizes[dim - 1] = 1
  r.strides[dim - 1] = dim <= t.ndim and t.sizes[dim - 1] * t.strides[dim - 1] or 1
  return r
end

-- A new last dimension with the windows of the given size, step apart.
function M.unfold(t, dim, size, step)
  local d, r = dimension(t, dim), T.alias(t)
  if type(size) ~= 'number' or type(step) ~= 'number' then refuse(t, dim, size, step) end
  size, step = T.whole(size), T.whole(step)
  if size < 1 or size > tonumber(t.sizes[d]) or step < 1 then error('unfold: window or step out of range', 2) end
  r.ndim = t.ndim + 1
  r.sizes[t.ndim], r.strides[t.ndim] = size, t.strides[d]
  r.sizes[d] = math.floor((tonumber(t.sizes[d]) - size) / step) + 1
  r.strides[d] = step * t.strides[d]
  return r
end

-- split([list,] tensor, size [, dim = 1]): views of at most size positions along dim.
function M.split(t, size, dim, extra)
  local list = {}
  if type(t) == 'table' then
    list, t, size, dim = t, size, dim, extra
    for key in pairs(list) do list[key] = nil end
  end
  dim = dim or 1
  if not T.is(t) or type(size) ~= 'number' then refuse(t, size, dim) end
  local total = M.size(t, dim)
  if not (size >= 1) then error(('split: pieces of size %s are out of range'):format(size)) end
  for first = 1, total, size do list[#list + 1] = M.narrow(t, dim, first, math.min(size, total - first + 1)) end
  return list
end

-- chunk([list,] tensor, n [, dim = 1]): n views of about equal size.
function M.chunk(t, n, dim, extra)
  if type(type(t) == 'table' and dim or n) ~= 'number' then refuse(t, n, dim, extra) end
  if type(t) == 'table' then return M.split(t, n, math.ceil(M.size(n, extra or 1) / dim), extra) end
  return M.split(t, math.ceil(M.size(t, dim or 1) / n), dim)
end

-- A copy, repeated: the numbers say how often each dimension is; further dimensions come in front.
local function repeated(r, t, ...)
  local times, n = T.sizes_from(...)
  if r == t then t = M.clone(t) end
  if n < t.ndim then error('repeatTensor: fewer numbers than dimensions', 3) end
  if 2 * n > C.PEN_MAX_DIM then error('repeatTensor: at most ' .. C.PEN_MAX_DIM / 2 .. ' dimensions', 3) end
  local sizes, single, copies = {}, {}, {} -- each dimension as a pair: how often, and its own size
  for d = 1, n do
    local own = d > n - t.ndim and tonumber(t.sizes[d - 1 - (n - t.ndim)]) or 1
    sizes[d] = times[d] * own
    single[2 * d - 1], single[2 * d] = 1, own
    copies[2 * d - 1], copies[2 * d] = times[d], own
  end
  T.resize(r, sizes, n)
  M.view(r, copies):copy(M.expand(M.view(M.contiguous(t), single), copies))
  return r
end

-- repeatTensor([result,] tensor, times...)
function M.repeatTensor(t, first, ...)
  if T.is(first) then return repeated(t, first, ...) end
  return repeated(T.empty(T.class(t)), t, first, ...)
end

return M
