-- Small layers for special ends: constants, gates, noise, reversed gradients, lists, selections, prints.
require 'nn'
local layercheck = require 'nn.layercheck'
local gradcheck = require 'nn.gradcheck'
local quiet = require 'quiet'

local draw, numbers, same = layercheck.draw, layercheck.numbers, layercheck.same

describe('small layers:', function()
  before_each(function() layercheck.seed(28) end)

  it('Constant gives its value, to each sample', function()
    assert.same({5}, nn.Constant(5):forward(numbers(3)):totable())
    assert.same({{1, 2}, {1, 2}}, nn.Constant(torch.Tensor {1, 2}, 1):forward(numbers(2, 3)):totable())
    same(torch.zeros(2, 3), nn.Constant(5):backward(numbers(2, 3), torch.ones(1)))
  end)

  it('ZeroGrad and GradientReversal change only what comes back', function()
    local x, g = numbers(2, 3), numbers(2, 3)
    same(x, nn.ZeroGrad():forward(x))
    same(g * 0, nn.ZeroGrad():backward(x, g))
    local reversal = nn.GradientReversal(0.5)
    same(x, reversal:forward(x))
    same(g * -0.5, reversal:backward(x, g))
    reversal:setLambda(2)
    same(g * -2, reversal:backward(x, g))
  end)

  it('WhiteNoise adds noise in training', function()
    local noise, x = nn.WhiteNoise(1, 0.5), torch.zeros(10000)
    local y = noise:forward(x)
    assert.near(1, y:mean(), 0.03)
    assert.near(0.5, y:std(), 0.03)
    same(x, noise:backward(x, x))
    noise:evaluate()
    same(torch.ones(10000), noise:forward(x))
    assert.has_error(function() noise:backward(x, x) end)
  end)

  it('GatedLinearUnit halves a dimension', function()
    local x = numbers(4, 6, 2)
    for d, half in ipairs {2, 3, 1} do
      local y = layercheck.layer(function() return nn.GatedLinearUnit(d) end, x, draw)
      local s = torch.sigmoid(x:narrow(d, half + 1, half):clone())
      same(torch.cmul(x:narrow(d, 1, half), s), y)
    end
    assert.has_error(function() nn.GatedLinearUnit():forward(numbers(3)) end)
  end)

  it('OneHot marks places', function()
    assert.same({0, 1, 0}, nn.OneHot(3):forward(2):totable())
    assert.same({{{0, 0, 1}}, {{1, 0, 0}}}, nn.OneHot(3):forward(torch.LongTensor {{3}, {1}}):totable())
    assert.same({{0, 1}}, nn.OneHot(2):float():forward(torch.Tensor {2}):totable())
  end)

  it('MaskedSelect picks elements', function()
    local x, mask = torch.Tensor {{1, 2}, {3, 4}}, torch.ByteTensor {{1, 0}, {0, 1}}
    local select = nn.MaskedSelect()
    assert.same({1, 4}, select:forward({x, mask}):totable())
    assert.same({{5, 0}, {0, 6}}, select:backward({x, mask}, torch.Tensor {5, 6})[1]:totable())
  end)

  it('ZipTable turns lists round', function()
    local a, b, c, d = numbers(1), numbers(2), numbers(1), numbers(2)
    local zip = nn.ZipTable()
    same({{a, c}, {b, d}}, zip:forward {{a, b}, {c, d}})
    assert.is_true(gradcheck.module(zip, {{a, b}, {c, d}}, draw) < 1e-6)
    local one = nn.ZipTableOneToMany()
    same({{a, b}, {a, d}}, one:forward {a, {b, d}})
    assert.is_true(gradcheck.module(one, {a, {b, d}}, draw) < 1e-6)
  end)

  it('SpatialSoftMax and SpatialLogSoftMax go across maps', function()
    local x = numbers(2, 3, 2, 2)
    local y = layercheck.layer(nn.SpatialSoftMax, x, draw, {batch = true})
    same(torch.ones(2, 1, 2, 2), y:sum(2))
    same(torch.log(y), layercheck.layer(nn.SpatialLogSoftMax, x, draw, {batch = true}))
  end)

  it('LayerNormalization and Maxout', function()
    local x = numbers(4, 6)
    local y = layercheck.layer(function() return nn.LayerNormalization(6, 0, 0, false) end, x, draw)
    for i = 1, 4 do
      assert.near(0, y[i]:mean(), 1e-12)
      assert.near(6, y[i]:dot(y[i]), 1e-9)
    end
    layercheck.layer(function() return nn.LayerNormalization(6, 0.5) end, x, draw)
    local maxout = nn.Maxout(6, 2, 3)
    local all = maxout:get(1):forward(x):view(4, 3, 2)
    same((all:max(2)):view(4, 2), maxout:forward(x))
    layercheck.layer(function() return nn.Maxout(6, 2, 3) end, x, draw)
  end)

  it('PrintSize prints what passes', function()
    local x = numbers(2, 3)
    local text = quiet.captured(function()
      local layer = nn.PrintSize('here')
      assert.equal(x, layer:forward(x))
      assert.equal(x, layer:backward(x, x))
    end)
    assert.truthy(text:find('here:input', 1, true) and text:find('here:gradOutput', 1, true) and text:find('of size 2'))
  end)
end)
