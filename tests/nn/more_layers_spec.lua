-- Layers with weights of their own kind, and on sequences: look-up tables, angles and distances, bilinear forms,
-- windows along time, pooling to a fixed size.
require 'nn'
local layercheck = require 'nn.layercheck'
local gradcheck = require 'nn.gradcheck'

local draw, numbers, same = layercheck.draw, layercheck.numbers, layercheck.same

describe('layers:', function()
  before_each(function() layercheck.seed(29) end)

  it('LookupTable gives rows, which learn', function()
    local table = nn.LookupTable(5, 3, 2)
    local list = torch.LongTensor {4, 2, 4}
    same(table.weight:index(1, list), table:forward(list))
    assert.same({2, 3, 3}, table:forward(torch.IntTensor {{1, 2, 3}, {4, 5, 1}}):size():totable())
    table:forward(list)
    table:backward(list, torch.ones(3, 3), 0.5)
    same(torch.ones(3), table.gradWeight[4])
    same(torch.zeros(3), table.gradWeight[2]) -- the padding
    table:zeroGradParameters()
    table:scaleGradByFreq():accGradParameters(list, torch.ones(3, 3), 1)
    same(torch.ones(3), table.gradWeight[4])
    local before = table.weight[4]:clone()
    table:accUpdateOnly():backwardUpdate(list, torch.ones(3, 3), 0.1)
    same(before - 0.1, table.weight[4])
  end)

  it('LookupTable limits norms', function()
    local table = nn.LookupTable(3, 4):setMaxNorm(0.5):setNormType(1)
    local other = table.weight[1]:clone()
    table:forward(torch.LongTensor {2, 3})
    assert.near(0.5, table.weight[2]:norm(1), 1e-12)
    same(other, table.weight[1])
  end)

  it('Cosine and Euclidean compare with their weights', function()
    local x = numbers(4, 3)
    local cosine, euclidean = nn.Cosine(3, 2), nn.Euclidean(3, 2)
    local y, d = cosine:forward(x), euclidean:forward(x)
    assert.near(x[3]:dot(cosine.weight[2]) / x[3]:norm() / cosine.weight[2]:norm(), y[3][2], 1e-9)
    assert.near((x[3] - euclidean.weight:select(2, 2)):norm(), d[3][2], 1e-12)
    for _, name in ipairs {'Cosine', 'Euclidean'} do
      layercheck.layer(function() return nn[name](3, 2) end, x, draw, {batch = true, curved = true})
    end
    local at = nn.Euclidean(3, 2)
    at.weight:zero()
    at:forward(torch.zeros(3))
    same(torch.zeros(3), at:backward(torch.zeros(3), torch.ones(2)))
  end)

  it('Bilinear', function()
    local a, b = numbers(4, 3), numbers(4, 2)
    for _, bias in ipairs {true, false} do
      local bilinear = nn.Bilinear(3, 2, 5, bias)
      local y = layercheck.layer(function() return bilinear end, {a, b}, draw)
      bilinear:double()
      local expected = a[2]:dot(torch.mv(bilinear.weight[4], b[2])) + (bias and bilinear.bias[4] or 0)
      assert.near(expected, y[2][4], 1e-5)
    end
    local pair = nn.ConcatTable():add(nn.Linear(3, 3)):add(nn.Linear(3, 2))
    layercheck.layer(function() return nn.Sequential():add(pair:clone()):add(nn.Bilinear(3, 2, 2)) end, a, draw)
  end)

  it('DepthConcat centres what is smaller', function()
    local x = torch.ones(1, 5, 5)
    local concat = nn.DepthConcat(1):add(nn.Identity()):add(nn.SpatialZeroPadding(-1)):add(nn.SpatialZeroPadding(-2))
    local y = concat:forward(x)
    assert.same({3, 5, 5}, y:size():totable())
    assert.same({25, 9, 1}, {y[1]:sum(), y[2]:sum(), y[3]:sum()})
    assert.same({1, 1, 1}, {y[2][2][2], y[2][4][4], y[3][3][3]})
    layercheck.layer(function()
      return nn.DepthConcat(2):add(nn.SpatialConvolution(2, 3, 1, 1)):add(nn.SpatialConvolution(2, 2, 3, 2))
    end, numbers(2, 2, 4, 5), draw)
  end)

  it('TemporalConvolution and TemporalMaxPooling slide along time', function()
    local conv, x = nn.TemporalConvolution(3, 2, 2, 2), numbers(7, 3)
    local y = conv:forward(x)
    assert.same({3, 2}, y:size():totable())
    assert.near(conv.weight[2]:dot(x:narrow(1, 3, 2):clone():view(6)) + conv.bias[2], y[2][2], 1e-12)
    layercheck.layer(function() return nn.TemporalConvolution(3, 2, 2, 2) end, numbers(2, 7, 3), draw, {batch = true})
    same(torch.Tensor {{3, 5}, {4, 5}}, nn.TemporalMaxPooling(2, 1):forward(torch.Tensor {{1, 5}, {3, 0}, {4, 5}}))
    layercheck.layer(function() return nn.TemporalMaxPooling(3, 2) end, numbers(2, 7, 3), draw, {batch = true})
  end)

  it('adaptive pooling covers the maps with so many windows', function()
    local x = torch.Tensor {{{1, 2, 3, 4, 5}}}
    assert.same({{{3, 5}}}, nn.SpatialAdaptiveMaxPooling(2, 1):forward(x):totable())
    assert.same({{{2, 4}}}, nn.SpatialAdaptiveAveragePooling(2, 1):forward(x):totable())
    for _, name in ipairs {'SpatialAdaptiveMaxPooling', 'SpatialAdaptiveAveragePooling'} do
      local y = layercheck.layer(function() return nn[name](3, 2) end, numbers(2, 3, 5, 7), draw, {batch = true})
      assert.same({2, 3, 2, 3}, y:size():totable())
    end
  end)

  it('SpatialLPPooling gives norms of windows', function()
    local x = numbers(2, 4, 6)
    for _, p in ipairs {2, 3} do
      local z = p == 2 and x or torch.abs(x):add(0.1)
      local y = layercheck.layer(function() return nn.SpatialLPPooling(2, p, 3, 2) end, z, draw)
      assert.near(z[2]:narrow(1, 3, 2):narrow(2, 1, 3):clone():norm(p), y[2][2][1], 1e-9)
    end
  end)

  it('weight normalisation learns length and direction', function()
    local x = numbers(4, 3)
    local linear = nn.LinearWeightNorm(3, 2)
    local y = layercheck.layer(function() return linear end, x, draw, {batch = true, curved = true})
    local plain = linear:double():toLinear()
    assert.is_true(layercheck.distance(plain:forward(x), y) < 1e-5)
    assert.is_true(layercheck.distance(y, nn.LinearWeightNorm.fromLinear(plain):forward(x)) < 1e-5)
    for _, case in ipairs {
      {nn.WeightNorm(nn.Linear(3, 2)), x}, {nn.WeightNorm(nn.TemporalConvolution(3, 2, 2)), x},
      {nn.WeightNorm(nn.SpatialConvolution(2, 3, 2, 2):noBias(), 2), numbers(2, 4, 5)},
    } do
      local norm = case[1]
      layercheck.layer(function() return norm end, case[2], draw)
      norm:double():evaluate()
      local n = norm.v:norm(2, 2)
      local rows = norm.modules[1].weight:transpose(1, norm.outputDim):clone():view(norm.g:size(1), -1)
      assert.is_true((rows:norm(2, 2):view(-1) - norm.g):abs():max() < 1e-3 * n:max() + 1e-3)
    end
    local module = nn.WeightNorm(nn.Linear(3, 2))
    local before = module.g:clone()
    module:zeroGradParameters()
    module:forward(x)
    module:backward(x, torch.ones(4, 2))
    module:updateParameters(0.1)
    same(before - module.gradG * 0.1, module.g)
    assert.has_error(function() module:backwardUpdate(x, torch.ones(4, 2), 0.1) end)
  end)

  it('SpatialMaxUnpooling puts maxima back where they were', function()
    local x = torch.Tensor {{{1, 2, 0, 4}, {5, 0, 3, 1}}}
    local pool = nn.SpatialMaxPooling(2, 2)
    local unpool = nn.SpatialMaxUnpooling(pool)
    assert.same({{{0, 0, 0, 4}, {5, 0, 0, 0}}}, unpool:forward(pool:forward(x)):totable())
    local maps = pool:ceil():forward(numbers(2, 3, 5, 5)):clone()
    assert.same({2, 3, 5, 5}, unpool:forward(maps):size():totable())
    assert.is_true(gradcheck.module(unpool, maps, draw) < 1e-6)
    assert.has_error(function() nn.SpatialMaxUnpooling(nn.SpatialMaxPooling(3, 3, 2, 2)) end)
  end)
end)
