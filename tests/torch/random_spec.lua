-- Random numbers: the bits of Torch's generator, its distributions, its state.
require 'torch'
local helper = require 'helper'

-- Every number that Torch printed with 17 digits is repeated to the last bit; floats are given as their double.
local function same(expected, got)
  if torch.isTensor(got) then got = got:totable() end
  assert.are.equal(#expected, #got)
  for i = 1, #expected do
    assert.is_true(expected[i] == got[i], ('%d: expected %.17g, got %.17g'):format(i, expected[i], got[i]))
  end
end

local function several(n, f, ...)
  local list = {}
  for i = 1, n do list[i] = f(...) end
  return list
end

describe('random numbers', function()
  describe('repeat those of Torch after manualSeed(123):', function()
    before_each(function() torch.manualSeed(123) end)

    it('random()', function() same({2991312382, 3062119789, 1228959102}, several(3, torch.random)) end)
    it('random(n)', function() same({3, 10, 3, 1, 1}, several(5, torch.random, 10)) end)
    it('random(a, b)', function() same({7, 9, 7, 5, 5}, several(5, torch.random, 5, 9)) end)
    it('uniform', function()
      same({0.69646918727084994, 1.5647766070906073}, {torch.uniform(), torch.uniform(-2, 3)})
    end)
    it('rand', function()
      same({.69646918727084994, .71295532141812146, .28613933874294162, .42847092496231198, .22685145493596792},
        torch.rand(5))
    end)
    it('randn', function()
      local expected = {
        -.52144306271244167, -1.4914194359815409, -.23812953316813365, 1.0306183433272835, .22208946892804701,
      }
      for i, value in ipairs(torch.randn(5):totable()) do assert.is_true(math.abs(value - expected[i]) < 1e-15) end
    end)
    it('exponential of floats, whose rate is a float', function()
      torch.manualSeed(11)
      same({1.9877988100051880, 0.70751756429672241}, torch.FloatTensor(2):exponential(0.1))
    end)
    it('of a tensor in the first place', function()
      local t = torch.Tensor(2)
      for name, value in pairs {uniform = 2, normal = 2, logNormal = 1, random = 9, geometric = 0.5, bernoulli = 0} do
        torch.manualSeed(4)
        local expected = torch.Tensor(2)[name](torch.Tensor(2), value)
        torch.manualSeed(4)
        assert.equal(t, torch[name](t, value))
        same(expected:totable(), t)
      end
      torch.manualSeed(4)
      same({1.9670298383571208, 1.9006214546971023}, torch.uniform(t, 1, 2))
      torch.manualSeed(-1)
      assert.equal(-1, torch.initialSeed())
    end)
    it('randperm', function() same({3, 1, 9, 2, 4, 8, 5, 10, 6, 7}, torch.randperm(10)) end)
    it('FloatTensor:uniform', function()
      same({.69646918773651123, .7129552960395813, .28613933920860291, .42847093939781189},
        torch.FloatTensor(4):uniform())
    end)
    it('multinomial', function()
      same({4, 4, 2, 3, 2, 4}, torch.multinomial(torch.Tensor {1, 2, 3, 4}, 6, true))
    end)
    it('ByteTensor:random', function() same({254, 109, 126, 66, 220}, torch.ByteTensor(5):random()) end)
  end)

  describe('repeat the recorded ones after manualSeed(316):', function()
    local function golden(name)
      return helper.npy_tensor(('%s/golden/prim/seed316_%s.npy'):format(helper.shared, name))
    end
    -- Elements that went through cos, sin and log may differ in the last bit between libraries.
    local function repeats(name, make, tolerance)
      it(name, function()
        if not helper.have_shared() then return pending('no golden data in ' .. helper.shared) end
        torch.manualSeed(316)
        local expected, got = golden(name), make()
        assert.are.equal(torch.type(expected), torch.type(got))
        assert.are.same(expected:size():totable(), got:size():totable())
        assert.is_true((expected - got):double():abs():max() <= (tolerance or 0))
      end)
    end
    local function sequence(i)
      return function() return (select(i, torch.randn(5), torch.rand(5), torch.randperm(8))) end
    end
    repeats('randn5', sequence(1), 1e-15)
    repeats('rand5', sequence(2))
    repeats('randperm8', sequence(3))
    repeats('rand5_first', function() return torch.rand(5) end)
    repeats('randperm8_first', function() return torch.randperm(8) end)
    repeats('randn9_first', function() return torch.randn(9) end, 1e-15)
    repeats('randn_float_3x4x5', function() return torch.FloatTensor(3, 4, 5):normal() end, 1e-7)
    repeats('random_u32', function() return torch.LongTensor(several(6, torch.random)) end)
    repeats('uniform_0_1_x5', function() return torch.Tensor(several(5, torch.uniform, 0, 1)) end)
    repeats('bernoulli_x16', function() return torch.Tensor(several(16, torch.bernoulli, 0.5)) end)
  end)

  it('pair up in the normal distribution, until the next seed', function()
    torch.manualSeed(5)
    local four = torch.randn(4)
    torch.manualSeed(5)
    same(four:totable(), {torch.normal(), torch.normal(), torch.normal(), torch.normal()})
    torch.manualSeed(5)
    torch.randn(3)
    local after_three = torch.random()
    torch.manualSeed(5)
    torch.randn(4)
    assert.are.equal(after_three, torch.random())
    torch.manualSeed(5)
    torch.normal()
    torch.manualSeed(5)
    assert.are.equal(four[1], torch.normal())
  end)

  it('fill views in row-major order', function()
    torch.manualSeed(5)
    local flat = torch.rand(12)
    torch.manualSeed(5)
    local t = torch.zeros(4, 3):t()
    t:uniform()
    same(flat:totable(), t:contiguous():view(12))
  end)

  describe('come from generators:', function()
    it('each with a state of its own', function()
      local a, b = torch.Generator(), torch.Generator()
      torch.manualSeed(a, 7)
      torch.manualSeed(b, 7)
      torch.manualSeed(1)
      local default = torch.random()
      torch.manualSeed(1)
      for _ = 1, 700 do assert.are.equal(torch.random(a), torch.random(b)) end
      assert.are.equal(default, torch.random())
      assert.are.equal(7, torch.initialSeed(a))
      assert.are.equal(1, torch.initialSeed())
    end)

    it('as the first argument of every function', function()
      local g = torch.Generator()
      local calls = {
        function(...) return torch.rand(..., 3) end, function(...) return torch.randn(..., 2, 2) end,
        function(...) return torch.randperm(..., 6) end,
        function(...) return torch.multinomial(..., torch.ones(4), 3) end,
        function(...) return torch.FloatTensor(5):normal(..., 1, 2) end,
        function(...) return torch.ByteTensor(5):random(..., 9) end,
        function(...) return torch.ByteTensor(5):bernoulli(..., torch.Tensor(5):fill(0.5)) end,
        function(...) return torch.Tensor(2):geometric(..., 0.3) end,
        function(...) return torch.rand(..., torch.Tensor(), 3) end,
      }
      for _, call in ipairs(calls) do
        torch.manualSeed(g, 9)
        local first = call(g)
        torch.manualSeed(g, 9)
        same(first:double():view(first:nElement()):totable(), call(g):double():view(first:nElement()))
      end
    end)

    it('with different seeds unless told', function()
      assert.are_not.equal(torch.random(torch.Generator()), torch.random(torch.Generator()))
      local seed = torch.seed()
      assert.are.equal(seed, torch.initialSeed())
      local first = torch.random()
      torch.manualSeed(seed)
      assert.are.equal(first, torch.random())
    end)

    it('whose state can be kept', function()
      torch.manualSeed(3)
      torch.randn(701)
      local state = torch.getRNGState()
      assert.are.equal('torch.ByteTensor', torch.type(state))
      assert.are.equal(5048, state:nElement())
      local expected = {torch.normal(), torch.random(), torch.normal()}
      torch.manualSeed(4)
      torch.setRNGState(state)
      same(expected, {torch.normal(), torch.random(), torch.normal()})
      local g = torch.Generator()
      torch.setRNGState(g, state)
      same(expected, {torch.normal(g), torch.random(g), torch.normal(g)})
    end)

    it('by the low 32 bits of the seed', function()
      torch.manualSeed(-1)
      local first = torch.random()
      torch.manualSeed(4294967295)
      assert.are.equal(first, torch.random())
    end)
  end)

  describe('have the moments of their distribution:', function()
    -- Mean and variance of 20000 numbers, within five standard errors of the mean (times spread for the variance).
    local function moments(name, mean, variance, ...)
      local parameters = {...}
      it(name, function()
        torch.manualSeed(17)
        for _, t in ipairs {torch.DoubleTensor(20000), torch.FloatTensor(20000)} do
          t[name](t, unpack(parameters))
          assert.is_true(math.abs(t:mean() - mean) < 5 * math.sqrt(variance / 20000), tostring(t:mean()))
          assert.is_true(math.abs(t:var() / variance - 1) < 0.25, tostring(t:var()))
        end
        local sum = 0
        for _ = 1, 5000 do sum = sum + torch[name](unpack(parameters)) end
        assert.is_true(math.abs(sum / 5000 - mean) < 5 * math.sqrt(variance / 5000))
      end)
    end
    moments('uniform', 0.5, 1 / 12)
    moments('uniform', 1, 16 / 12, -1, 3)
    moments('normal', 0, 1)
    moments('normal', 5, 4, 5, 2)
    moments('exponential', 1, 1)
    moments('exponential', 0.25, 1 / 16, 4)
    moments('logNormal', math.exp(0.5 + 0.02), (math.exp(0.04) - 1) * math.exp(1 + 0.04), 0.5, 0.2)
    moments('bernoulli', 0.5, 0.25)
    moments('bernoulli', 0.2, 0.16, 0.2)
    moments('random', 5.5, 99 / 12, 10)
    moments('random', 3, 24 / 12, 1, 5)

    it('cauchy has none, but a median and quartiles', function()
      local t = torch.sort(torch.Tensor(20001):cauchy(3, 2))
      assert.is_true(math.abs(t[10001] - 3) < 0.2)
      assert.is_true(math.abs(t[5001] - 1) < 0.3)
      assert.is_true(math.abs(t[15001] - 5) < 0.3)
    end)

    -- Torch's formula: trunc(log(1 - u) / log(p)) + 1, so P(k) = p^(k - 1) (1 - p).
    it('geometric', function()
      local t = torch.Tensor(20000):geometric(0.3)
      assert.is_true(math.abs(t:mean() - 1 / 0.7) < 0.05)
      assert.are.equal(1, t:min())
    end)

    it('multinomial, with and without replacement', function()
      local p = torch.Tensor {0, 1, 3, 0, 4}
      local counts = {0, 0, 0, 0, 0}
      for _, k in ipairs(torch.multinomial(p, 8000, true):totable()) do counts[k] = counts[k] + 1 end
      for k, share in ipairs {0, 1000, 3000, 0, 4000} do assert.is_true(math.abs(counts[k] - share) < 250) end
      for _ = 1, 50 do
        local all = torch.multinomial(p, 3, false)
        assert.are.equal('torch.LongTensor', torch.type(all))
        assert.are.same({2, 3, 5}, torch.sort(all):totable())
      end
      local spread = torch.Tensor(5, 2):fill(1):t()[1] -- not contiguous
      assert.are.equal(9, torch.multinomial(spread, 9, true):size(1))
      assert.are.same({2, 7}, torch.multinomial(torch.ones(2, 4), 7, true):size():totable())
    end)

    it('randperm is a permutation', function()
      for _, n in ipairs {1, 2, 17, 1000} do
        local sorted = torch.sort(torch.randperm(n))
        for i = 1, n do assert.are.equal(i, sorted[i]) end
      end
    end)

    it('bernoulli with a tensor of probabilities', function()
      local p = torch.Tensor(4, 1000)
      for i, value in ipairs {0, 0.25, 0.75, 1} do p[i]:fill(value) end
      local t = torch.ByteTensor(4, 1000):bernoulli(p)
      local means = t:double():mean(2)
      assert.is_true(math.abs(means[2][1] - 0.25) < 0.07 and math.abs(means[3][1] - 0.75) < 0.07)
      assert.are.equal(1, means[4][1])
      assert.is_true(means[1][1] < 0.01)
    end)

    it('random() holds each type exactly', function()
      local limits = {Byte = 256, Char = 128, Short = 32768, Int = 2 ^ 31, Long = 2 ^ 32, Float = 2 ^ 24 + 1}
      for name, limit in pairs(limits) do
        local t = torch[name .. 'Tensor'](5000):random():double()
        assert.is_true(t:min() >= 0 and t:max() < limit, name)
        assert.is_true(t:max() > 0.99 * limit - 2, name)
      end
    end)
  end)
end)
