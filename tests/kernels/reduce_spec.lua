-- Reductions against plain Lua sums in double, whole and along each dimension, on strided views.
require 'torch'
local helper = require 'helper'

local function sample(prefix, transposed)
  local number = helper.numbers(17)
  local t = torch[prefix .. 'Tensor'](4, 3, 5)
  t:apply(function() return prefix == 'Float' and number(-2, 2) or math.floor(number(0, 20)) end)
  return transposed and t:transpose(1, 3) or t
end

local function elements(t)
  local list = {}
  t:clone():apply(function(x) list[#list + 1] = x end)
  return list
end

describe('reduce', function()
  for _, prefix in ipairs {'Byte', 'Int', 'Float', 'Double'} do
    for _, transposed in ipairs {false, true} do
      it(('sums and norms of %s%s'):format(prefix, transposed and ', transposed' or ''), function()
        local t = sample(prefix, transposed)
        local sum, squares, absolute, low, high = 0, 0, 0, math.huge, -math.huge
        for _, x in ipairs(elements(t)) do
          sum, squares, absolute = sum + x, squares + x * x, absolute + math.abs(x)
          low, high = math.min(low, x), math.max(high, x)
        end
        assert.is_near(sum, t:sum(), 1e-9)
        assert.is_near(math.sqrt(squares), t:norm(), 1e-9)
        assert.is_near(absolute, t:norm(1), 1e-9)
        assert.are.equal(low, t:min())
        assert.are.equal(high, t:max())
      end)

      it(('along each dimension of %s%s'):format(prefix, transposed and ', transposed' or ''), function()
        local t = sample(prefix, transposed)
        for dim = 1, 3 do
          local sums, high, at = t:double():sum(dim), t:max(dim)
          high, at = t:max(dim)
          assert.are.equal(1, sums:size(dim))
          local line = t:select(dim == 1 and 2 or 1, 2) -- spot check through a slice
          local slice = line:double():sum(dim == 1 and 1 or dim - 1)
          local same = sums:select(dim == 1 and 2 or 1, 2)
          assert.is_near(0, (slice - same):abs():max(), 1e-9)
          assert.are.equal(t:max(), high:max())
          assert.is_true(at:min() >= 1 and at:max() <= t:size(dim))
        end
      end)
    end
  end

  it('gives the first position of an extreme', function()
    local _, at = torch.Tensor {{1, 3, 3}, {2, 2, 0}}:max(2)
    assert.are.same({{2}, {1}}, at:totable())
  end)

  it('lets NaN through', function()
    local t = torch.Tensor {1, 0 / 0, 3}
    assert.is_true(t:max() ~= t:max() and t:min() ~= t:min())
  end)

  it('does not depend on the number of threads', function()
    local number = helper.numbers(5)
    local t, threads = torch.FloatTensor(100003), torch.getnumthreads()
    t:apply(function() return number(-1, 1) end)
    local sum, norm = t:sum(), t:norm()
    torch.setnumthreads(1)
    assert.are.equal(sum, t:sum())
    assert.are.equal(norm, t:norm())
    torch.setnumthreads(threads)
  end)

  it('adds expanded tensors as often as they are seen', function()
    assert.are.equal(4 * 6, torch.Tensor {{1, 2, 3}}:expand(4, 3):sum())
  end)

  it('runs sums along a dimension', function()
    local t = torch.Tensor {{1, 2, 3}, {4, 5, 6}}
    assert.are.same({{1, 3, 6}, {4, 9, 15}}, torch.cumsum(t, 2):totable())
    assert.are.same({{1, 2, 3}, {5, 7, 9}}, torch.cumsum(t):totable())
    assert.are.same({{1, 2, 6}, {4, 20, 120}}, torch.cumprod(t, 2):totable())
  end)

  it('takes means, variances and products', function()
    local t = torch.Tensor {1, 2, 3, 4}
    assert.are.equal(2.5, t:mean())
    assert.is_near(5 / 3, t:var(), 1e-12)
    assert.are.equal(24, t:prod())
    assert.are.equal(30, t:dot(t))
    assert.has_error(function() torch.IntTensor {1}:mean() end)
  end)

  it('finds the lower median', function()
    assert.are.equal(2, torch.Tensor {4, 1, 3, 2}:median()[1])
    assert.are.equal(3, torch.Tensor {5, 1, 3}:median()[1])
  end)

  it('agrees with Torch on recorded vectors', function()
    if not helper.have_shared() then return pending('golden data is absent') end
    local a = helper.npy(helper.shared .. '/golden/prim/mse_a.npy')
    local t = torch.FloatTensor(a.n)
    require('ffi').copy(t:data(), a.data, a.n * 4)
    assert.is_near(helper.npy(helper.shared .. '/golden/prim/norm2_a.npy').data[0], t:norm(), 1e-5)
  end)

  it('refuses an empty tensor where there is no answer', function()
    assert.has_error(function() torch.Tensor():max() end)
    assert.are.equal(0, torch.Tensor():sum())
  end)
end)
