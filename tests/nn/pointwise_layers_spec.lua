-- The layers that work element by element: values by their formulas, gradients, files, float, and working in place.
require 'nn'
local layercheck = require 'nn.layercheck'
local gradcheck = require 'nn.gradcheck'
local helper = require 'helper'

local draw = layercheck.draw

local function numbers(...) return layercheck.numbers(...):mul(3) end

local function clamp(x, low, high) return math.min(math.max(x, low), high) end

-- name, arguments of the constructor, formula; inplace: the constructor's argument after these is that.
local cases = {
  {'Abs', {}, math.abs}, {'Exp', {}, math.exp}, {'Square', {}, function(x) return x * x end},
  {'Log', {}, math.log, positive = true}, {'Sqrt', {}, math.sqrt, positive = true},
  {'Sqrt', {0.5}, function(x) return math.sqrt(x + 0.5) end, positive = true},
  {'Power', {2.5}, function(x) return x ^ 2.5 end, positive = true},
  {'SoftSign', {}, function(x) return x / (1 + math.abs(x)) end},
  {'TanhShrink', {}, function(x) return x - math.tanh(x) end},
  {'LogSigmoid', {}, function(x) return -math.log(1 + math.exp(-x)) end},
  {'SoftPlus', {}, function(x) return math.log(1 + math.exp(x)) end},
  {'SoftPlus', {3}, function(x) return math.log(1 + math.exp(3 * x)) / 3 end},
  {'HardTanh', {}, function(x) return clamp(x, -1, 1) end, inplace = true},
  {'HardTanh', {-0.5, 2}, function(x) return clamp(x, -0.5, 2) end, inplace = true},
  {'Clamp', {-0.5, 1.5}, function(x) return clamp(x, -0.5, 1.5) end},
  {'ReLU6', {}, function(x) return clamp(x, 0, 6) end, inplace = true},
  {'ELU', {0.3}, function(x) return x > 0 and x or 0.3 * (math.exp(x) - 1) end, inplace = true},
  {'LeakyReLU', {0.1}, function(x) return x > 0 and x or 0.1 * x end, inplace = true},
  {'HardShrink', {0.7}, function(x) return math.abs(x) > 0.7 and x or 0 end},
  {'SoftShrink', {0.7}, function(x) return x > 0.7 and x - 0.7 or x < -0.7 and x + 0.7 or 0 end},
  {'AddConstant', {2.5}, function(x) return x + 2.5 end, inplace = true},
  {'MulConstant', {-2}, function(x) return -2 * x end, inplace = true},
}

describe('pointwise layers:', function()
  before_each(function() layercheck.seed(21) end)

  for _, case in ipairs(cases) do
    it(('nn.%s(%s)'):format(case[1], table.concat(case[2], ', ')), function()
      local function make() return nn[case[1]](unpack(case[2])) end
      local x = numbers(2, 3, 4)
      if case.positive then x:abs():add(0.1) end
      local y = make():forward(x)
      local place = 0
      y:clone():apply(function(value)
        place = place + 1
        assert.near(case[3](x:view(-1)[place]), value, 1e-12)
      end)
      layercheck.layer(make, x, draw)
    end)

    if case.inplace then
      it(('nn.%s in place'):format(case[1]), function()
        local arguments = {unpack(case[2])}
        local plain, inplace = nn[case[1]](unpack(arguments)), nn[case[1]](unpack(arguments))
        inplace.inplace = true
        local x, g = numbers(3, 5), numbers(3, 5)
        local x2, g2 = x:clone(), g:clone()
        local y = inplace:forward(x2)
        assert.is_true(y:isSetTo(x2))
        assert.equal(0, layercheck.distance(plain:forward(x), y))
        local gradInput = inplace:backward(x2, g2)
        assert.is_true(gradInput:isSetTo(g2))
        assert.is_true(layercheck.distance(plain:backward(x, g), gradInput) < 1e-15)
      end)
    end
  end

  it('do not overflow', function()
    local x = torch.Tensor {-800, 800}
    assert.same({0, 800}, nn.SoftPlus():forward(x):totable())
    assert.same({-800, 0}, nn.LogSigmoid():forward(x):totable())
    assert.same({-1600, 0}, nn.LogSoftMax():forward(x):totable())
    assert.same({1, 0}, nn.SoftMin():forward(x):totable())
  end)

  it('Sqrt takes its gradient at 0 to be 0', function()
    local sqrt = nn.Sqrt()
    sqrt:forward(torch.Tensor {0, 4})
    assert.same({0, 0.25}, sqrt:backward(torch.Tensor {0, 4}, torch.ones(2)):totable())
  end)

  it('HardTanh and ReLU6 refuse gradients at their bounds', function()
    local x, one = torch.Tensor {-1, 1, 0}, torch.ones(3)
    assert.same({0, 0, 1}, nn.HardTanh():backward(x, one):totable())
    assert.same({0, 0, 1}, nn.ReLU6():backward(torch.Tensor {0, 6, 3}, one):totable())
    assert.has_error(function() nn.HardTanh(1, 1) end, 'nn.HardTanh: the maximum must be above the minimum')
  end)

  it('AddConstant adds a vector to rows, in place too', function()
    local v, x = torch.Tensor {1, 2, 3}, torch.Tensor {{-1, -2, -3}, {0, 0, 0}}
    assert.same({{0, 0, 0}, {1, 2, 3}}, nn.AddConstant(v):forward(x):totable())
    local inplace = nn.AddConstant(v, true)
    assert.same({{0, 0, 0}, {1, 2, 3}}, inplace:forward(x):totable())
    inplace:backward(x, torch.ones(2, 3))
    assert.same({{-1, -2, -3}, {0, 0, 0}}, x:totable())
  end)

  it('SoftMin and LogSoftMax go along maps, rows or the whole', function()
    for dim, sizes in ipairs {{5}, {3, 5}, {5, 2, 3}, {2, 5, 2, 3}} do
      local along = (dim == 1 or dim == 3) and 1 or 2
      local x = numbers(unpack(sizes))
      local low = layercheck.layer(nn.SoftMin, x, draw)
      assert.is_true((low:sum(along) - 1):abs():max() < 1e-12)
      local log = layercheck.layer(nn.LogSoftMax, x, draw)
      assert.is_true(layercheck.distance(nn.SoftMax():forward(x), torch.exp(log)) < 1e-12)
    end
  end)

  it('CReLU joins both halves along the maps', function()
    local y = layercheck.layer(function() return nn.CReLU(3) end, numbers(2, 3, 4, 2), draw, {batch = true})
    assert.same({2, 6, 4, 2}, y:size():totable())
    assert.same({1, 0, 0, 2}, nn.CReLU(1, true):forward(torch.Tensor {1, -2}):totable())
  end)

  it('RReLU draws a slope for each element in training, and takes the mean in evaluation', function()
    local rrelu = nn.RReLU(0.2, 0.4)
    local x = torch.Tensor(1000):fill(-1)
    x[1] = 3
    local y = rrelu:forward(x)
    assert.equal(3, y[1])
    assert.is_true(y:narrow(1, 2, 999):max() <= -0.2 and y:min() >= -0.4 and y[2] ~= y[3])
    assert.is_true(layercheck.distance(torch.cdiv(y, x), rrelu:backward(x, torch.ones(1000))) < 1e-15)
    rrelu:evaluate()
    assert.near(-0.3, rrelu:forward(x)[2], 1e-15)
    assert.is_true(gradcheck.module(rrelu, numbers(3, 4), draw) < 1e-6)
  end)

  it('L1Penalty adds its gradient to what comes back', function()
    local x, g = torch.Tensor {-1, 0, 3}, torch.Tensor {10, 20, 30}
    local penalty = nn.L1Penalty(2)
    assert.equal(x, penalty:forward(x))
    assert.equal(8, penalty.loss)
    assert.same({8, 20, 32}, penalty:backward(x, g):totable())
    penalty = nn.L1Penalty(3, true, false)
    penalty:forward(x)
    assert.equal(4, penalty.loss)
    assert.same({-1, 0, 1}, penalty:backward(x, g):totable())
  end)
end)

-- What Torch gives for the same seed.
describe('nn.RReLU', function()
  it('draws numbers for what is not above 0 only', function()
    torch.manualSeed(9)
    local y = nn.RReLU():forward(torch.Tensor {-1, 2, -1, 0, -4})
    helper.near({-0.1271612829, 2, -0.2009293804, 0, -0.9159419714}, y:totable(), 1e-9)
    assert.same({2, 3}, nn.RReLU():forward(torch.Tensor {2, 3}):totable())
  end)
end)

describe('nn.LeakyReLU', function()
  it('takes a slope, or whether to work in place, which it does not below 0', function()
    assert.same({0.01, false}, {nn.LeakyReLU(true).negval, nn.LeakyReLU(true).inplace})
    assert.same({0.2, true}, {nn.LeakyReLU(0.2, true).negval, nn.LeakyReLU(0.2, true).inplace})
    assert.is_false(nn.LeakyReLU(-1, true).inplace)
  end)
end)
