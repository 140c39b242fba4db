-- libcuda_utils: the functions of the library of that name that came with "Deep Painterly Harmonization". Requiring it
-- sets the global cuda_utils and returns the same table.
--
-- Types are strict, as they were: torch.CudaTensor and torch.CudaIntTensor exactly (the *_cpu functions: FloatTensor,
-- IntTensor); numbers are cut to integers. A correspondence is H x W x 2 int, (x, y) 0-based. Inputs need not be
-- contiguous. Whatever a function returns is new; only refineNNF and hist_remap2 write to an argument, and say so.
local ffi = require 'ffi'
local T = require 'torch.tensor'

local M = {}

-- ---- arguments ----

-- Kinds: F a float tensor, I an int tensor, with their number of dimensions where it is fixed; integer; number.
local device = {F = 'torch.CudaTensor', I = 'torch.CudaIntTensor'}
local host = {F = 'torch.FloatTensor', I = 'torch.IntTensor'}

-- Raises an error that blames the first caller outside this file.
local here = debug.getinfo(1, 'S').source
local function fail(message)
  local level = 2
  while debug.getinfo(level, 'S').source == here do level = level + 1 end
  error(message, level)
end

local function refuse(name, i, message) fail(("bad argument #%d to '%s' (%s)"):format(i, name, message)) end

local function check_tensor(name, i, value, kind, types)
  local expected, dimensions = types[kind:sub(1, 1)], tonumber(kind:sub(2))
  if torch.type(value) ~= expected then refuse(name, i, ('%s expected, got %s'):format(expected, torch.type(value))) end
  if dimensions and value:dim() ~= dimensions or value:dim() == 0 then
    refuse(name, i, ('%s dimensions expected, got %d'):format(dimensions or 'some', value:dim()))
  end
  return value
end

local function check_number(name, i, value, kind)
  local number = tonumber(value)
  if not number then refuse(name, i, 'number expected, got ' .. torch.type(value)) end
  if kind == 'number' then return number end
  if not (math.abs(number) < 2 ^ 31) then refuse(name, i, 'integer expected, got ' .. tostring(value)) end
  return number < 0 and math.ceil(number) or math.floor(number)
end

-- M[name](...) checks its arguments against kinds and goes on to body; more arguments than kinds pass unchecked.
local function define(name, types, kinds, body)
  local function checked(...)
    local list = {...}
    for i, kind in ipairs(kinds) do
      local check = (kind == 'integer' or kind == 'number') and check_number or check_tensor
      list[i] = check(name, i, list[i], kind, types)
    end
    return unpack(list, 1, math.max(#kinds, select('#', ...)))
  end
  M[name] = function(...) return body(checked(...)) end
end

-- ---- calls ----

-- pen_<name> on the backend of output, which is contiguous; returns output. Other tensors are made contiguous.
local function call(name, output, ...)
  local backend, list, n = T.backend(output), {...}, select('#', ...)
  for i = 1, n do
    if T.is(list[i]) then
      if T.on_host(list[i]) ~= T.on_host(output) then fail(name .. ': tensors on different devices') end
      list[i] = list[i]:contiguous()
    end
  end
  if backend.lib['pen_' .. name](backend.ctx, output, unpack(list, 1, n)) ~= 0 then
    fail(ffi.string(backend.lib.pen_last_error()))
  end
  return output
end

local function field_like(a) return torch.CudaIntTensor(a:size(2), a:size(3), 2) end

-- A tensor of H*W elements as H x W.
local function plane(t, height, width) return t:contiguous():view(height, width) end

-- ---- matching ----

-- corr = patchmatch(A, B, patch [, mask]): for each position of A the one of B whose patch has the largest dot product,
-- borders of B for borders of A only. A, B: C x H x W. mask (not in the original): H x W, only where it is not 0.
define('patchmatch', device, {'F3', 'F3', 'integer'}, function(a, b, patch, mask)
  return call('match_dot', field_like(a), a, b, mask, patch)
end)

-- match, corr = patchmatch_r(A, B, patch, stride [, mask]): the same by cosine similarity, taps every stride pixels;
-- match holds B's vectors at corr.
define('patchmatch_r', device, {'F3', 'F3', 'integer', 'integer'}, function(a, b, patch, stride, mask)
  local match = a.new():resizeAs(a)
  return match, call('match_cosine', field_like(a), match, a, b, mask, patch, stride)
end)

-- H*W x H2*W2 dot products of all patches; rows where mask (int) is 0 are -1.
define('conv', device, {'F3', 'F3', 'integer', 'I'}, function(a, b, patch, mask)
  local height, width = a:size(2), a:size(3)
  local products = a.new(height * width, b:size(2) * b:size(3))
  return call('patch_products', products, a, b, plane(mask, height, width), patch)
end)

local search = {'F3', 'F3', 'F3', 'F3', 'integer', 'integer', 'I3'}

-- corr = patchmatch2(A, B, AP, BP, patch, radius, guess): the best of the window of this radius around guess.
define('patchmatch2', device, search, function(a, b, ap, bp, patch, radius, guess)
  return call('nnf_search', field_like(a), guess, a, b, ap, bp, patch, radius)
end)

-- corr = PatchMatch(A, B, AP, BP, patch, radius, guess): randomised search from guess; its patches reach patch / 2.
define('PatchMatch', device, search, function(a, b, ap, bp, patch, radius, guess)
  return call('nnf_patchmatch', field_like(a), guess, a, b, ap, bp, 2 * math.floor(patch / 2) + 1, radius)
end)

-- ---- fields ----

define('upsample_corr', device, {'I3', 'integer', 'integer'}, function(corr, height, width)
  return call('nnf_upsample', corr.new(height, width, 2), corr)
end)

-- corr = refineNNF(A, B, initial, guide, mask, patch, iterations). initial takes each iteration's result, as in the
-- original; so does the line that each one prints.
define('refineNNF', device, {'F3', 'F3', 'I3', 'F3', 'I', 'integer', 'integer'},
  function(_, _, initial, guide, mask, patch, iterations)
    local corr = initial.new():resizeAs(initial):zero()
    for i = 0, iterations - 1 do
      io.write(('  iter=%d\n'):format(i))
      call('nnf_refine', corr, initial, guide, plane(mask, initial:size(1), initial:size(2)), patch)
      initial:copy(corr)
    end
    return corr
  end)

-- H2 x W2 int: 1 in the square of this radius around the matches of masked positions.
define('Ring2', device, {'F3', 'F3', 'I3', 'integer', 'I'}, function(_, b, corr, radius, mask)
  local ring = corr.new(b:size(2), b:size(3))
  return call('nnf_ring_mask', ring, corr, plane(mask, corr:size(1), corr:size(2)), radius)
end)

-- C x H x (S*S*W), S = 2*radius + 1: B around each match, one piece of W per offset.
local function ring(_, b, corr, radius)
  local side = 2 * radius + 1
  return call('ring_patches', b.new(b:size(1), corr:size(1), side * side * corr:size(2)), b, corr, radius)
end
define('Ring', device, {'F3', 'F3', 'I3', 'integer'}, ring)
define('Ring_cpu', host, {'F3', 'F3', 'I3', 'integer'}, ring)

-- C x H x W: what the patches around each position say of it, averaged.
define('avg_vote', device, {'I3', 'F3', 'integer'}, function(corr, source, patch)
  return call('average_vote', source.new(source:size(1), corr:size(1), corr:size(2)), source, corr, patch)
end)

-- A * alpha + B * (1 - alpha) where mask >= 0.05, else B.
define('blend', device, {'F3', 'F3', 'F', 'number'}, function(a, b, mask, alpha)
  return call('masked_blend', a.new():resizeAs(a), a, b, plane(mask, a:size(2), a:size(3)), alpha)
end)

-- ---- histograms ----

-- C x bins counts of the positions with mask >= 0.1, between min and max of each channel.
local function histogram(features, bins, low, high, mask)
  if bins < 1 then refuse('histogram', 2, 'at least one bin expected') end
  local counts = features.new(features:size(1), bins)
  return call('histogram', counts, features, low, high, plane(mask, features:size(2), features:size(3)))
end
define('histogram', device, {'F3', 'integer', 'F', 'F', 'F'}, histogram)
define('histogram_cpu', host, {'F3', 'integer', 'F', 'F', 'F'}, histogram)

-- hist_remap2(I, nI, maskI, histJ, cumJ, minJ, maxJ, bins, sortI, orderI, R) writes to R, where maskI >= 0.1, the value
-- that histogram J has at each activation's rank.
define('hist_remap2', device, {'F3', 'integer', 'F', 'F2', 'F2', 'F', 'F', 'integer', 'F2', 'I2', 'F'},
  function(features, count, mask, hist, cumulative, low, high, bins, sorted, order, out)
    if hist:size(2) ~= bins then refuse('hist_remap2', 8, hist:size(2) .. ' bins expected') end
    local result = out:contiguous():viewAs(features)
    call('hist_remap', result, sorted, order, plane(mask, features:size(2), features:size(3)), hist, cumulative, low,
      high, count)
    out:copy(result)
  end)

-- ---- photographs (from the library of the same name of "Deep Photo Style Transfer") ----

local function check_size(name, i, t, height, width)
  if t:size(2) ~= height or t:size(3) ~= width then
    refuse(name, i, ('C x %d x %d expected, got %s'):format(height, width, table.concat(t:size():totable(), ' x ')))
  end
end

-- The first n elements, as a vector.
local function first(name, i, t, n)
  if n < 1 or n > t:nElement() then refuse(name, i, ('%d elements expected, got %d'):format(n, t:nElement())) end
  return t:contiguous():view(-1):narrow(1, 1, n)
end

-- 2 L picture, per channel: the gradient of picture' L picture. L: n entries in order of rows; rows and columns are
-- pixels, counted from 1, column by column (see matting).
define('matting_laplacian', device, {'F3', 'integer', 'integer', 'I', 'I', 'F', 'integer'},
  function(picture, height, width, row, column, value, n)
    local name = 'matting_laplacian'
    check_size(name, 1, picture, height, width)
    return call('laplacian_gradient', picture.new():resizeAs(picture), picture, first(name, 4, row, n),
      first(name, 5, column, n), first(name, 6, value, n))
  end)

-- output (3 x H x W) as affine functions of input's colours, one per window of side patch, smoothed over windows of
-- this radius: sigma1 for distances, sigma2 for differences of input. The channels come out in reverse: BGR becomes
-- RGB. epsilon had no effect and has none. patch is 129 at most, radius 64; with radius 0 nothing is smoothed.
define('smooth_local_affine', device,
  {'F3', 'F3', 'number', 'integer', 'integer', 'integer', 'integer', 'number', 'number'},
  function(output, input, _, patch, height, width, radius, sigma1, sigma2)
    check_size('smooth_local_affine', 1, output, height, width)
    check_size('smooth_local_affine', 2, input, height, width)
    local side = math.floor((patch - 1) / 2)
    local best = call('local_affine', input.new():resizeAs(input), output, input, side, radius, sigma1, sigma2)
    return best:index(1, torch.LongTensor {3, 2, 1})
  end)

cuda_utils = M
return M
