-- Elements picked by mask or by a list of indices, and put back: maskedSelect, index, gather and their kin.
local error = require 'pen.blame'
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local refuse = require('torch.arguments').refuse
local C, M = pen.C, T.methods

-- maskedSelect([result,] mask): a new vector of the elements under the mask's ones.
function M.maskedSelect(t, mask, extra)
  if extra then return M.set(t, M.maskedSelect(mask, extra)) end
  if T.count(mask) ~= T.count(t) or mask.dtype ~= C.PEN_BYTE then
    error(('maskedSelect: inconsistent tensor size: a byte mask like %s expected, got %s %s'):format(T.shape_text(t),
      T.class(mask).typename, T.shape_text(mask)))
  end
  local r = T.empty(T.class(t))
  local n = mask:sum()
  if n == 0 then return r end
  T.resize(r, {n}, 1)
  local b = T.backend(t)
  pen.check(b, b.lib.pen_masked_select(b.ctx, r, t, T.fitting(t, t, mask)))
  return r
end

function M.maskedFill(t, mask, value)
  if type(value) ~= 'number' then refuse(t, mask, value) end
  local b = T.backend(t)
  pen.check(b, b.lib.pen_masked_fill(b.ctx, t, T.fitting(t, t, mask), value))
  return t
end

-- The elements under the mask's ones become the first ones of source.
function M.maskedCopy(t, mask, source)
  if not T.is(mask) or not T.is(source) then refuse(t, mask, source) end
  local b = T.backend(t)
  pen.check(b, b.lib.pen_masked_copy(b.ctx, t, M.contiguous(M.typeAs(source, t)), T.fitting(t, t, mask)))
  return t
end

-- nonzero([result,] t): a LongTensor with the 1-based indices of each element that is not 0, one row for each.
function M.nonzero(r, t)
  if not t then r, t = T.longs_like(r), r end
  local mask = M.contiguous(M.ne(t, 0))
  local n = T.count(t) > 0 and M.sum(mask) or 0
  if n == 0 then return T.resize(r, {}, 0) end
  local b = T.backend(t)
  pen.check(b, b.lib.pen_mask_indices(b.ctx, T.resize(r, {n, t.ndim}, 2), mask))
  return r
end

-- The list of 1-based positions as a vector where t lies.
local function positions(t, name, list)
  if not T.is(list) or T.count(list) == 0 then
    error(('%s: a LongTensor of positions expected, got %s'):format(name, T.is(list) and 'an empty tensor' or
      torch.type(list)))
  end
  local longs = M.type(list, T.sibling(t, 'Long').typename)
  return longs.ndim == 1 and longs or M.view(M.contiguous(longs), -1)
end

-- The list (1-based places along the 0-based dimension d of t) in the shape that gather wants, without a copy of it for
-- every element of a slice.
local function spread(t, d, list)
  local index = T.alias(list)
  index.ndim = t.ndim
  for i = 0, t.ndim - 1 do index.sizes[i], index.strides[i] = t.sizes[i], 0 end
  index.sizes[d], index.strides[d] = list.sizes[0], list.strides[0]
  return index
end

local WIDE = 1024 -- elements of a slice that are worth a step of gather, on the host; on devices gather fills them all

local function narrow_slices(t, d) return T.on_host(t) and T.count(t) / tonumber(t.sizes[d]) < WIDE end

-- index([result,] dim, LongTensor): copies the listed slices.
function M.index(t, dim, list, extra)
  local r
  if T.is(dim) then r, t, dim, list = t, dim, list, extra end
  local d = T.dimension(t, dim)
  local index = spread(t, d, positions(t, 'index', list))
  local picked, b = T.resize_as(T.empty(T.class(t)), index), T.backend(t)
  if narrow_slices(t, d) then
    index.ndim, index.sizes[0], index.strides[0] = 1, index.sizes[d], index.strides[d]
    pen.check(b, b.lib.pen_index_get(b.ctx, picked, t, index, d))
  else
    pen.check(b, b.lib.pen_gather(b.ctx, picked, t, index, d))
  end
  return r and M.set(r, picked) or picked
end

-- Of slices that are listed twice the last one stays.
local function repeats(list)
  local sorted = T.functions.sort(list)
  local n = T.count(list)
  return n > 1 and M.eq(M.narrow(sorted, 1, 1, n - 1), M.narrow(sorted, 1, 2, n - 1)):max() > 0
end

-- Puts or adds the slices of source in the order of the list. On a device this fills the threads only if slices are
-- wide, so narrow ones are scattered where the order does not matter.
local function put(t, dim, list, source, add, name)
  local d = T.dimension(t, dim)
  list = positions(t, name, list)
  if not T.is(source) then error(('%s: a tensor expected, got %s'):format(name, torch.type(source))) end
  if source.store == t.store then source = M.clone(source) end
  local b, wide = T.backend(t), T.count(source) / T.count(list) >= 4 * WIDE
  if add == 0 and not T.on_host(t) and not wide then
    local index = spread(t, d, list)
    if T.same_shape(source, index) and not repeats(list) then return M.scatter(t, dim, index, source) end
  end
  pen.check(b, b.lib.pen_index_put(b.ctx, t, source, list, d, add))
  return t
end

function M.indexCopy(t, dim, list, source)
  put(t, dim, list, source, 0, 'indexCopy')
  return t
end
function M.indexAdd(t, dim, list, source)
  put(t, dim, list, source, 1, 'indexAdd')
  return t
end

-- A tensor of one element that seems to have the shape of other.
local function constant(t, value, other)
  local r = M.fill(T.resize(T.empty(T.class(t)), {1}, 1), value)
  r.ndim = other.ndim
  for d = 0, other.ndim - 1 do r.sizes[d], r.strides[d] = other.sizes[d], 0 end
  return r
end

function M.indexFill(t, dim, list, value)
  local d = T.dimension(t, dim)
  list = positions(t, 'indexFill', list)
  local index = spread(t, d, list)
  local source, b = constant(t, value, index), T.backend(t)
  if narrow_slices(t, d) then
    pen.check(b, b.lib.pen_index_put(b.ctx, t, source, list, d, 0))
  else
    pen.check(b, b.lib.pen_scatter(b.ctx, t, source, index, d))
  end
  return t
end

-- gather([result,] dim, index): the elements that index (LongTensor, 1-based) names along dim, in index's shape.
function M.gather(r, t, dim, index)
  if not index then return M.gather(T.empty(T.class(r)), r, t, dim) end
  if not T.is(t) then error('gather: a tensor expected, got ' .. torch.type(t)) end
  T.resize_as(r, index)
  local b = T.backend(r)
  pen.check(b, b.lib.pen_gather(b.ctx, r, t, index, T.dimension(t, dim)))
  return r
end

-- scatter(dim, index, source or number): puts the elements of source, of index's shape, where index names them.
function M.scatter(t, dim, index, source)
  if not T.is(index) or not T.is(source) and type(source) ~= 'number' then
    error(('scatter: an index and a number or a tensor expected, got %s and %s'):format(torch.type(index),
      torch.type(source)))
  end
  if type(source) == 'number' then source = constant(t, source, index) end
  local b = T.backend(t)
  pen.check(b, b.lib.pen_scatter(b.ctx, t, source, index, T.dimension(t, dim)))
  return t
end

return M
