-- Sorting and what follows from it: values along a dimension, the last by default, and their 1-based positions. Results
-- may be given in front: torch.sort(values, order, a), torch.sort(values, a).
local error = require 'pen.blame'
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local refuse = require('torch.arguments').refuse
local M, functions = T.methods, T.functions
local check = pen.check

-- Sorted, stable: contiguous tensors in which the sorted dimension is the last, until it is put back.
local function sorted_rows(a, dim, descending)
  T.dimension(a, dim)
  local last = a.ndim
  local source = M.contiguous(dim == last and a or M.transpose(a, dim, last))
  local values, order = T.resize_as(T.new_like(a), source), T.resize_as(T.longs_like(a), source)
  local b = T.backend(a)
  check(b, b.lib.pen_sort_rows(b.ctx, values, order, source, descending and 1 or 0), 5)
  return values, order
end

local function back(t, dim) return dim == t.ndim and t or M.transpose(t, dim, t.ndim) end

-- In the result that was given, or a new contiguous tensor.
local function placed(r, t) return r and T.resize_as(r, t):copy(t) or M.contiguous(t) end

local function deliver(r, index, values, order) return placed(r, values), placed(index, order) end

-- a:sort([dim] [, descending])
T.define_pair('sort', 2, function(r, index, a, dim, descending)
  if type(dim) == 'boolean' then dim, descending = nil, dim end
  if type(descending or false) ~= 'boolean' then refuse(a, dim, descending) end
  dim = dim or a.ndim
  local values, order = sorted_rows(a, dim, descending)
  return deliver(r, index, back(values, dim), back(order, dim))
end)

local SHORT = 64 -- elements of a line in which all places are as good as few

-- Whether it pays to look for places from .. from + n - 1 alone; what is no place is left to narrow, which complains.
local function are_few(a, from, n, dim)
  local size = M.size(a, dim)
  return T.on_host(a) and n >= 1 and (n <= size / 8 or size <= SHORT) and from >= 1 and from + n - 1 <= size
end

local function picked_rows(a, from, n, dim, descending)
  local last, b = a.ndim, T.backend(a)
  local source = dim == last and a or M.transpose(a, dim, last)
  local shape = M.narrow(source, last, 1, n)
  local values, order = T.resize_as(T.new_like(a), shape), T.resize_as(T.longs_like(a), shape)
  check(b, b.lib.pen_pick_rows(b.ctx, values, order, source, from - 1, descending and 1 or 0), 5)
  return values, order
end

-- Places from .. from + n - 1 of the sorted values.
local function pick(r, index, a, from, n, dim, descending)
  local values, order
  if are_few(a, from, n, dim) then values, order = picked_rows(a, from, n, dim, descending)
  else
    values, order = sorted_rows(a, dim, descending)
    values, order = M.narrow(values, a.ndim, from, n), M.narrow(order, a.ndim, from, n)
  end
  return deliver(r, index, back(values, dim), back(order, dim))
end

-- The k-th smallest: value and position, each with size 1 along dim.
T.define_pair('kthvalue', 2, function(r, index, a, k, dim) return pick(r, index, a, k, 1, dim or a.ndim) end)

-- The lower median.
T.define_pair('median', 1, function(r, index, a, dim)
  dim = dim or a.ndim
  return pick(r, index, a, math.floor((M.size(a, dim) - 1) / 2) + 1, 1, dim)
end)

-- a:topk(k = 1 [, dim] [, largest]): the k smallest, or with largest = true the k largest, in order.
T.define_pair('topk', 4, function(r, index, a, k, dim, largest)
  if type(dim) == 'boolean' then dim, largest = nil, dim end
  return pick(r, index, a, 1, k or 1, dim or a.ndim, largest)
end)

-- The most frequent value, the smallest of several, and the last place where it stands.
T.define_pair('mode', 1, function(r, index, a, dim)
  dim = dim or a.ndim
  local values, order = sorted_rows(a, dim)
  local b, last = T.backend(a), a.ndim
  local value, place = M.clone(M.narrow(values, last, 1, 1)), M.clone(M.narrow(order, last, 1, 1))
  check(b, b.lib.pen_mode(b.ctx, value, place, values, order), 4)
  return deliver(r, index, back(value, dim), back(place, dim))
end)

-- ---- counting ----

local function counted(r, a, rows, bins, low, high)
  bins, low, high = bins or 100, low or 0, high or 0
  if type(bins) ~= 'number' or type(low) ~= 'number' or type(high) ~= 'number' then refuse(a, bins, low, high) end
  if low == high then low, high = M.min(a), M.max(a) end
  if low == high then low, high = low - 1, high + 1 end
  local b = T.backend(a)
  r = T.resize(r or T.new_like(a), {rows, bins}, 2)
  check(b, b.lib.pen_count_bins(b.ctx, r, M.view(M.contiguous(a), rows, -1), low, high), 5)
  return r
end

-- histc([r,] a [, bins = 100, low, high]): how many elements lie in each of the bins from low to high; without these,
-- from the least to the greatest element. bhistc does it for each row of a matrix.
T.define_result('histc', 3, function(r, a, bins, low, high)
  return T.resize(counted(r, a, 1, bins, low, high), {bins or 100}, 1)
end)
T.define_result('bhistc', 3, function(r, a, bins, low, high)
  if a.ndim ~= 2 then error(('bhistc: a matrix expected, got a %dD tensor'):format(a.ndim), 3) end
  return counted(r, a, M.size(a, 1), bins, low, high)
end)

return functions
