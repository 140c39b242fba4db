-- The functions as scripts call them. What they compute is checked in the kernels' specs and here against
-- recorded results; here also types, shapes, what is written to and what is printed.
require 'torch'
require 'libcuda_utils'
require 'cutorch'
local helper = require 'helper'

local number = helper.numbers(41)

local function features(c, h, w)
  return torch.FloatTensor(c, h, w):apply(function() return number(0, 1) end):cuda()
end

-- The same elements in another memory order.
local function scattered(t)
  return t:dim() == 3 and t:transpose(1, 3):contiguous():transpose(1, 3) or t:t():contiguous():t()
end

local function field(h, w, h2, w2)
  local corr = torch.IntTensor(h, w, 2)
  for y = 1, h do
    for x = 1, w do corr[y][x][1], corr[y][x][2] = math.floor(number(0, w2)), math.floor(number(0, h2)) end
  end
  return corr:cudaInt()
end

-- All elements, from any tensor, as a list.
local function list(t)
  local result = {}
  t:double():contiguous():apply(function(v) result[#result + 1] = v end)
  return result
end

local function sizes(t) return table.concat(t:size():totable(), 'x') end

local function check(expected_type, expected_sizes, t)
  assert.equal(expected_type, torch.type(t))
  assert.equal(expected_sizes, sizes(t))
  return t
end
local function floats(expected, t) return check('torch.CudaTensor', expected, t) end
local function ints(expected, t) return check('torch.CudaIntTensor', expected, t) end

-- What body() writes to standard output, and what it returns.
local function printed(body)
  local write, text = io.write, {}
  io.write = function(...) text[#text + 1] = table.concat {...} end -- luacheck: ignore
  local ok, result = pcall(body)
  io.write = write -- luacheck: ignore
  assert(ok, result)
  return table.concat(text), result
end

describe('libcuda_utils', function()
  it('is the global cuda_utils, with all its functions', function()
    assert.equal(cuda_utils, require 'libcuda_utils')
    local names = {}
    for name, f in pairs(cuda_utils) do
      names[#names + 1] = name
      assert.equal('function', type(f))
    end
    table.sort(names)
    local all = 'PatchMatch Ring Ring2 Ring_cpu avg_vote blend conv hist_remap2 histogram histogram_cpu ' ..
      'matting_laplacian patchmatch patchmatch2 patchmatch_r refineNNF smooth_local_affine upsample_corr'
    assert.equal(all, table.concat(names, ' '))
  end)

  it('matches patches of maps in any memory order', function()
    local a, b = features(4, 6, 7), features(4, 8, 5)
    local match, corr = cuda_utils.patchmatch_r(scattered(a), scattered(b), 3, 1)
    floats('4x6x7', match)
    ints('6x7x2', corr)
    local match2, corr2 = cuda_utils.patchmatch_r(a, b, 3.9, '1')
    assert.same(list(corr2), list(corr))
    assert.same(list(match2), list(match))
    for y = 1, 6 do
      for x = 1, 7 do assert.equal(b[2][corr[y][x][2] + 1][corr[y][x][1] + 1], match[2][y][x]) end
    end
    assert.same(list(cuda_utils.patchmatch(a, b, 3)), list(ints('6x7x2', cuda_utils.patchmatch(scattered(a), b, 3))))
  end)

  it('matches under a mask only, when given one', function()
    local a, b = features(4, 6, 7), features(4, 6, 7)
    local mask = torch.ByteTensor(6, 7):zero()
    mask[3][4] = 1
    local whole, corr = cuda_utils.patchmatch(a, b, 3), cuda_utils.patchmatch(a, b, 3, mask:cudaByte())
    assert.same({whole[3][4][1], whole[3][4][2]}, {corr[3][4][1], corr[3][4][2]})
    assert.equal(corr[3][4][1] + corr[3][4][2], corr:double():sum())
    local _, corr2 = cuda_utils.patchmatch_r(a, b, 3, 1, mask:cudaInt())
    assert.equal(corr2[3][4][1] + corr2[3][4][2], corr2:double():sum())
  end)

  it('has conv, of which patchmatch with patch 1 is the row-wise maximum', function()
    local a, b = features(3, 4, 5), features(3, 4, 6)
    local products = floats('20x24', cuda_utils.conv(scattered(a), b, 1, torch.IntTensor(4, 5):fill(1):cudaInt()))
    local _, index = products:float():max(2)
    local corr = cuda_utils.patchmatch(a, b, 1)
    for p = 0, 19 do
      local x, y = corr[math.floor(p / 5) + 1][p % 5 + 1][1], corr[math.floor(p / 5) + 1][p % 5 + 1][2]
      assert.equal(y * 6 + x + 1, index[p + 1][1])
    end
    assert.equal(-1, cuda_utils.conv(a, b, 1, torch.IntTensor(4, 5):fill(0):cudaInt()):float():max())
  end)

  it('searches around a guess', function()
    local a, b, ap, bp = features(3, 6, 5), features(3, 7, 8), features(3, 6, 5), features(3, 7, 8)
    local guess = field(6, 5, 7, 8)
    local all = ints('6x5x2', cuda_utils.patchmatch2(scattered(a), b, ap, bp, 3, 20, guess))
    assert.same(list(all), list(cuda_utils.patchmatch2(a, b, ap, bp, 3, 20, field(6, 5, 7, 8))))
    assert.same(list(guess), list(cuda_utils.patchmatch2(a, b, ap, bp, 3, 0, guess)))
    local found = ints('6x5x2', cuda_utils.PatchMatch(a, b, ap, bp, 3, 20, scattered(guess)))
    assert.same(list(found), list(cuda_utils.PatchMatch(a, b, ap, bp, 2, 20, guess)))
    local equal = 0
    for i, v in ipairs(list(found)) do equal = equal + (v == list(all)[i] and 1 or 0) end
    assert(equal > 40, equal .. ' of 60 coordinates')
  end)

  it('upsamples, votes, blends, draws rings', function()
    local corr, b = field(4, 5, 4, 5), features(2, 4, 5)
    ints('8x10x2', cuda_utils.upsample_corr(corr, 8, 10))
    assert.same(list(corr), list(cuda_utils.upsample_corr(scattered(corr), 4, 5)))
    floats('2x4x5', cuda_utils.avg_vote(corr, b, 3))
    local mask = torch.FloatTensor(4, 5):fill(0)
    mask[2][3] = 1
    local blended = floats('2x4x5', cuda_utils.blend(b * 3, scattered(b), mask:cuda(), 0.5))
    assert.near(2 * b[1][2][3], blended[1][2][3], 1e-6)
    assert.equal(b[1][1][1], blended[1][1][1])
    local rings = floats('2x4x45', cuda_utils.Ring(b, b, corr, 1))
    local host = cuda_utils.Ring_cpu(b:float(), b:float(), corr:int(), 1)
    check('torch.FloatTensor', '2x4x45', host)
    assert.same(list(rings), list(host))
    local ring = ints('4x5', cuda_utils.Ring2(b, b, corr, 0, mask:cudaInt()))
    assert.equal(1, ring:double():sum())
    assert.equal(1, ring[corr[2][3][2] + 1][corr[2][3][1] + 1])
  end)

  it('refines a field in place, and says so', function()
    local a, guide = features(2, 8, 9), features(3, 8, 9)
    local initial, mask = field(8, 9, 8, 9), torch.IntTensor(8, 9):fill(1):cudaInt()
    local before = initial:clone()
    local text, corr = printed(function() return cuda_utils.refineNNF(a, a, initial, guide, mask, 3, 2) end)
    assert.equal('  iter=0\n  iter=1\n', text)
    assert.same(list(ints('8x9x2', corr)), list(initial))
    assert.are_not.same(list(before), list(corr))
    local _, once = printed(function() return cuda_utils.refineNNF(a, a, scattered(before), guide, mask, 3, 1) end)
    local _, twice = printed(function() return cuda_utils.refineNNF(a, a, once, guide, mask, 3, 1) end)
    assert.same(list(corr), list(twice))
  end)

  it('counts histograms and gives back values by rank', function()
    local c, h, w, bins = 2, 5, 6, 8
    local a, mask = features(c, h, w), torch.FloatTensor(h, w):fill(1)
    mask[1][1], mask[4][2] = 0, 0.05
    local low, high = torch.FloatTensor(c, 1):fill(0):cuda(), torch.FloatTensor(c, 1):fill(1):cuda()
    local counts = floats('2x8', cuda_utils.histogram(scattered(a), bins, low, high, mask:cuda()))
    local expected = torch.FloatTensor(c, bins):zero()
    for k = 1, c do
      for y = 1, h do
        for x = 1, w do
          local bin = math.floor(a[k][y][x] * bins) + 1
          if mask[y][x] >= 0.1 then expected[k][bin] = expected[k][bin] + 1 end
        end
      end
    end
    assert.same(list(expected), list(counts))
    local host = cuda_utils.histogram_cpu(a:float(), bins, low:float(), high:float(), mask)
    assert.same(list(expected), list(check('torch.FloatTensor', '2x8', host)))

    -- Against its own histogram every value stays in its bin, or at its edge, and what is masked stays as it was.
    local position = a:float():view(c, h * w)
    for i = 1, h * w do
      if mask:view(h * w)[i] < 0.1 then position:select(2, i):fill(-1) end
    end
    local sorted, order = torch.sort(position, 2)
    local out = torch.FloatTensor(c, h, w):fill(7):cuda()
    local result = cuda_utils.hist_remap2(a, h * w - 2, mask:cuda(), counts, torch.cumsum(counts, 2), low, high, bins,
      sorted:cuda(), order:cudaInt(), out)
    assert.is_nil(result)
    for k = 1, c do
      for y = 1, h do
        for x = 1, w do
          if mask[y][x] < 0.1 then
            assert.equal(7, out[k][y][x])
          else
            assert.near(a[k][y][x], out[k][y][x], 1 / bins + 1e-6)
          end
        end
      end
    end
  end)

  it('holds photographs to affine functions of another\'s colours', function()
    local a = features(3, 4, 5)
    local function entries(...) return torch.IntTensor {...}:cudaInt() end
    local row, column, value = entries(1, 5, 5, 9), entries(1, 5, 6, 1), torch.FloatTensor {2, 1, -1, 7}:cuda()
    local gradient = floats('3x4x5', cuda_utils.matting_laplacian(scattered(a), 4, 5, row, column, value, 3))
    assert.near(4 * a[2][1][1], gradient[2][1][1], 1e-6) -- pixel 1; then 5, at the top of column 2, and 6 below it
    assert.near(2 * (a[3][1][2] - a[3][2][2]), gradient[3][1][2], 1e-6)
    assert.equal(0, gradient[1][1][3]) -- 9, behind the third entry
    local target = torch.cat({a[3] * 0.5, a[2] * 0.5, a[1] * 0.5}, 1):view(3, 4, 5)
    local best = floats('3x4x5', cuda_utils.smooth_local_affine(target, scattered(a), 1e-7, 5, 4, 5, 2, 1, 0.5))
    assert.near(0, (best - a * 0.5):abs():max(), 0.02)
  end)

  it('is strict about types and says what it wants, at the caller\'s line', function()
    local a, mask = features(2, 4, 5), torch.IntTensor(4, 5):fill(1):cudaInt()
    local corr = field(4, 5, 4, 5)
    for message, call in pairs {
      ["bad argument #2 to 'patchmatch' %(torch.CudaTensor expected, got torch.FloatTensor%)"] = function()
        cuda_utils.patchmatch(a, a:float(), 3)
      end,
      ["bad argument #3 to 'patchmatch' %(number expected, got nil%)"] = function() cuda_utils.patchmatch(a, a) end,
      ["bad argument #1 to 'patchmatch_r' %(3 dimensions expected, got 2%)"] = function()
        cuda_utils.patchmatch_r(a[1], a, 3, 1)
      end,
      ["bad argument #3 to 'Ring2' %(torch.CudaIntTensor expected, got torch.CudaTensor%)"] = function()
        cuda_utils.Ring2(a, a, a, 1, mask)
      end,
      ["bad argument #1 to 'Ring_cpu' %(torch.FloatTensor expected, got torch.CudaTensor%)"] = function()
        cuda_utils.Ring_cpu(a, a, corr, 1)
      end,
      ["bad argument #1 to 'matting_laplacian' %(C x 5 x 4 expected, got 2 x 4 x 5%)"] = function()
        return (cuda_utils.matting_laplacian(a, 5, 4, mask, mask, a, 3))
      end,
      ["bad argument #4 to 'matting_laplacian' %(21 elements expected, got 20%)"] = function()
        return (cuda_utils.matting_laplacian(a, 4, 5, mask, mask, a, 21))
      end,
      ['channels'] = function() cuda_utils.patchmatch(a, features(3, 4, 5), 3) end,
      ['patch 0'] = function() return (cuda_utils.patchmatch(a, a, 0)) end,
      ['patch is %-2'] = function() return (cuda_utils.avg_vote(corr, a, -2)) end,
    } do
      local ok, caught = pcall(call)
      assert.is_false(ok)
      assert.matches('libcuda_utils_spec.lua:%d+: .*' .. message, caught)
    end
  end)

  for _, example in ipairs {'idx2', 'idx13'} do
    it('runs the second pass\'s mapping as recorded for ' .. example, function()
      if not helper.have_shared() then return pending('golden data is absent') end
      local function golden(name, kind)
        local file = helper.npy(('%s/golden/%s/dump2/%s.npy'):format(helper.shared, example, name))
        local t, i = torch[kind](unpack(file.shape)), -1
        return t:apply(function()
          i = i + 1
          return tonumber(file.data[i])
        end)
      end
      local a = golden('patchmatch_1_in_input', 'FloatTensor'):cuda()
      local b = golden('patchmatch_1_in_target', 'FloatTensor'):cuda()
      local guide = golden('refineNNF_1_in_guide', 'FloatTensor'):cuda()
      local mask = golden('refineNNF_1_in_tmask', 'IntTensor')
      local initial = cuda_utils.patchmatch(a, b, 3)
      assert.same(list(golden('refineNNF_1_in_init_corr', 'IntTensor')), list(initial))
      local text, corr = printed(function()
        return cuda_utils.refineNNF(a, b, initial, guide, mask:cudaInt(), 5, 1)
      end)
      assert.equal('  iter=0\n', text)
      assert.same(list(golden('refineNNF_1_out', 'IntTensor')), list(corr))
      assert.same(list(golden('Ring2_1_out', 'IntTensor')), list(cuda_utils.Ring2(a, b, corr, 1, mask:cudaInt())))
      local finer = golden('upsample_corr_2_out', 'IntTensor')
      assert.same(list(finer), list(cuda_utils.upsample_corr(corr, finer:size(1), finer:size(2))))
    end)
  end
end)
