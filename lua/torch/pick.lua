-- Elements picked by mask or by a list of indices, and put back: maskedSelect, index, gather and their kin.
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local M = T.methods

-- maskedSelect([result,] mask): a new vector of the elements under the mask's ones.
function M.maskedSelect(t, mask, extra)
  if extra then return M.set(t, M.maskedSelect(mask, extra)) end
  if T.count(mask) ~= T.count(t) then error('the mask has another number of elements than the tensor', 2) end
  local r = T.empty(T.class(t))
  local n = mask:sum()
  if n == 0 then return r end
  T.resize(r, {n}, 1)
  local b = T.backend(t)
  pen.check(b, b.lib.pen_masked_select(b.ctx, r, t, T.fitting(t, t, mask)))
  return r
end

function M.maskedFill(t, mask, value)
  local b = T.backend(t)
  pen.check(b, b.lib.pen_masked_fill(b.ctx, t, T.fitting(t, t, mask), value))
  return t
end

-- The elements under the mask's ones become the first ones of source.
function M.maskedCopy(t, mask, source)
  local b = T.backend(t)
  pen.check(b, b.lib.pen_masked_copy(b.ctx, t, M.contiguous(M.typeAs(source, t)), T.fitting(t, t, mask)))
  return t
end

-- nonzero([result,] t): a LongTensor with the 1-based indices of each element that is not 0, one row for each.
function M.nonzero(r, t)
  if not t then r, t = T.longs_like(r), r end
  local places = T.functions.range(T.longs_like(t), 0, T.count(t) - 1)
  local found = M.maskedSelect(places, M.view(M.contiguous(M.ne(t, 0)), -1))
  if T.count(found) == 0 then return T.resize(r, {}, 0) end
  T.resize(r, {T.count(found), t.ndim}, 2)
  for d = t.ndim, 1, -1 do
    local size = M.size(t, d)
    M.select(r, 2, d):copy(found):fmod(size):add(1)
    found:div(size)
  end
  return r
end

local NARROW, FEW = 256, 16 -- elements of a slice, and slices

-- The list (1-based places along dimension dim of t) in the shape that gather wants, without a copy of it for every
-- element of a slice; nil where copying slice by slice is as fast.
local function spread(t, dim, list)
  local n, d = T.count(list), T.dimension(t, dim)
  if n <= FEW or T.count(t) / tonumber(t.sizes[d]) > NARROW then return nil end
  local sizes, ones = {}, {}
  for i = 1, t.ndim do sizes[i], ones[i] = i == d + 1 and n or tonumber(t.sizes[i - 1]), i == d + 1 and n or 1 end
  local index = M.contiguous(list):type(T.sibling(t, 'Long').typename)
  return M.expand(M.view(index, unpack(ones)), unpack(sizes))
end

-- index([result,] dim, LongTensor): copies the listed slices.
function M.index(t, dim, list, extra)
  if T.is(dim) then return M.set(t, M.index(dim, list, extra)) end
  local index = spread(t, dim, list)
  if index then return M.gather(t, dim, index) end
  local d = T.dimension(t, dim)
  local sizes = {}
  for i = 1, t.ndim do sizes[i] = tonumber(t.sizes[i - 1]) end
  sizes[d + 1] = M.nElement(list)
  local r = T.resize(T.empty(T.class(t)), sizes, t.ndim)
  for i = 1, sizes[d + 1] do M.narrow(r, dim, i, 1):copy(M.narrow(t, dim, list[i], 1)) end
  return r
end

-- Of slices that are listed twice the last one stays, so they are put one by one.
local function repeats(list)
  local sorted = T.functions.sort(list)
  local n = T.count(list)
  return M.eq(M.narrow(sorted, 1, 1, n - 1), M.narrow(sorted, 1, 2, n - 1)):max() > 0
end

function M.indexCopy(t, dim, list, source)
  local index = spread(t, dim, list)
  if index and M.isSameSizeAs(source, index) and not repeats(list) then return M.scatter(t, dim, index, source) end
  for i = 1, M.nElement(list) do M.narrow(t, dim, list[i], 1):copy(M.narrow(source, dim, i, 1)) end
  return t
end

function M.indexAdd(t, dim, list, source)
  for i = 1, M.nElement(list) do M.narrow(t, dim, list[i], 1):add(M.narrow(source, dim, i, 1)) end
  return t
end

function M.indexFill(t, dim, list, value)
  local index = spread(t, dim, list)
  if index then return M.scatter(t, dim, index, value) end
  for i = 1, M.nElement(list) do M.narrow(t, dim, list[i], 1):fill(value) end
  return t
end

-- gather([result,] dim, index): the elements that index (LongTensor, 1-based) names along dim, in index's shape.
function M.gather(r, t, dim, index)
  if not index then return M.gather(T.empty(T.class(r)), r, t, dim) end
  T.resize_as(r, index)
  local b = T.backend(r)
  pen.check(b, b.lib.pen_gather(b.ctx, r, t, index, T.dimension(t, dim)))
  return r
end

-- scatter(dim, index, source or number): puts the elements of source, of index's shape, where index names them.
function M.scatter(t, dim, index, source)
  if type(source) == 'number' then source = T.resize_as(T.empty(T.class(t)), index):fill(source) end
  local b = T.backend(t)
  pen.check(b, b.lib.pen_scatter(b.ctx, t, source, index, T.dimension(t, dim)))
  return t
end

return M
