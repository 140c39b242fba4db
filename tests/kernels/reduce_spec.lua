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

-- What plain Lua makes of a list: sum, 2-norm, variance, maximum and minimum with their first places.
local function reckon(list)
  local sum, squares, high, low = 0, 0, 1, 1
  for i, x in ipairs(list) do
    sum = sum + x
    if x > list[high] then high = i end
    if x < list[low] then low = i end
  end
  for _, x in ipairs(list) do squares = squares + (x - sum / #list) ^ 2 end
  return {sum = sum, norm = math.sqrt(squares + sum ^ 2 / #list), var = squares / (#list - 1), max = list[high],
    min = list[low], max_at = high, min_at = low}
end

-- Line k of a matrix along dim, or, of a reduced matrix, what became of it.
local function line(t, dim, k) return t:select(3 - dim, k):totable() end

describe('reductions of many elements', function()
  local layouts = {
    function(class) return torch[class](70, 150) end,
    function(class) return torch[class](150, 70):t() end,
    function(class) return torch[class](70, 400):narrow(2, 30, 150) end,
    function(class) return torch[class](70, 150, 2):select(3, 2) end,
  }
  for _, class in ipairs {'DoubleTensor', 'FloatTensor', 'IntTensor', 'CudaTensor'} do
    local whole = class == 'IntTensor'
    for layout, make in ipairs(layouts) do
      it(('agree with plain Lua along lines of a %s, layout %d'):format(class, layout), function()
        local number, t = helper.numbers(layout), make(class)
        t:copy(torch.DoubleTensor(70, 150):apply(function() return math.floor(number(-20, 20)) end))
        for dim = 1, 2 do
          local sums, norms, variances = t:sum(dim), t:norm(2, dim), not whole and t:var(dim)
          local high, high_at = t:max(dim)
          local low, low_at = t:min(dim)
          for k = 1, t:size(3 - dim) do
            local expected = reckon(line(t, dim, k))
            local function got(r) return line(r, dim, k)[1] end
            assert.are.same({expected.sum, expected.max, expected.min, expected.max_at, expected.min_at},
              {got(sums), got(high), got(low), got(high_at), got(low_at)})
            assert.is_near(whole and math.floor(expected.norm) or expected.norm, got(norms), 1e-4)
            if not whole then assert.is_near(expected.var, got(variances), 1e-4) end
          end
        end
      end)

      it(('agree with plain Lua over all of a %s, layout %d'):format(class, layout), function()
        local number, t = helper.numbers(layout), make(class)
        t:copy(torch.DoubleTensor(70, 150):apply(function() return math.floor(number(-20, 20)) end))
        local expected = reckon(torch.totable(t:double():contiguous():view(-1)))
        assert.are.same({expected.sum, expected.max, expected.min}, {t:sum(), t:max(), t:min()})
        assert.is_near(expected.norm, t:norm(), 1e-9)
        if whole then return assert.has_error(function() t:var() end) end
        assert.is_near(expected.var, t:var(), 1e-9)
        assert.is_near(expected.norm ^ 2, t:dot(t), 1e-6)
      end)
    end
  end

  it('find the first NaN of a line, wherever lines lie', function()
    for _, transposed in ipairs {false, true} do
      local t = torch.range(1, 40 * 90):resize(40, 90)
      t[{17, 33}], t[{25, 33}], t[{17, 80}] = 0 / 0, 0 / 0, 0 / 0
      if transposed then t = t:t() end
      for dim = 1, 2 do
        for _, name in ipairs {'max', 'min'} do
          local value, at = t[name](t, dim)
          local k, first = 33, 17
          if (dim == 1) == transposed then k, first = first, k end
          local x = line(value, dim, k)[1]
          assert.is_true(x ~= x)
          assert.are.equal(first, line(at, dim, k)[1])
        end
      end
    end
  end)

  it('along lines do not depend on the number of threads', function()
    local t, threads = torch.randn(900, 700), torch.getnumthreads()
    local function all() return torch.cat({t:sum(1):view(-1), t:sum(2):view(-1), t:std(1):view(-1)}) end
    local expected = all()
    torch.setnumthreads(1)
    assert.is_true(expected:equal(all()))
    torch.setnumthreads(threads)
  end)
end)
