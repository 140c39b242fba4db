-- Files of modules between Torch and here: what Torch's classes look for and these do without is written, and what
-- Torch's files lack is made up for.
require 'nn'
local written = require 'nn.written'

-- A module as if read from a file with these fields.
local function read(name, fields)
  local module = torch.factory(name)()
  module:read({readFields = function() return fields end}, 1)
  return module
end

local function without(module, ...)
  local fields = {}
  for key, value in pairs(module) do fields[key] = value end
  for _, name in ipairs {...} do fields[name] = nil end
  return fields
end

describe('a module written for Torch', function()
  it('has the buffers that its forward pass there fills', function()
    for _, expected in ipairs {
      {nn.Add(2), '_ones'}, {nn.Bottle(nn.Linear(2, 2)), 'inShape', 'outShape', 'dimDelta'},
      {nn.CMaxTable(), 'maxIdx', 'mask', 'maxVals', 'gradMaxVals'},
      {nn.CMinTable(), 'minIdx', 'mask', 'minVals', 'gradMaxVals'}, {nn.JoinTable(1), 'size'},
      {nn.LinearWeightNorm(2, 2), 'norm', 'scale'}, {nn.MixtureTable(), 'size', 'size2', 'batchSize'},
      {nn.Padding(1, 2), 'outputSize'}, {nn.PixelShuffle(3), 'upscaleFactorSquared'}, {nn.Reshape(2, 3), 'batchsize'},
      {nn.SoftPlus(), 'threshold'}, {nn.SpatialFullConvolution(1, 1, 2, 2), 'ones'},
      {nn.SpatialUpSamplingNearest(2), 'inputSize', 'outputSize'}, {nn.TanhShrink(), 'tanh'},
      {nn.SpatialSubtractiveNormalization(2), 'meanestimator', 'subtractor', 'divider', 'coef'},
      {nn.SpatialDivisiveNormalization(2), 'meanestimator', 'stdestimator', 'normalizer', 'divider', 'thresholder'},
      {nn.SpatialContrastiveNormalization(2), 'normalizer', 'kernel', 'nInputPlane', 'threshold', 'thresval'},
      {nn.SpatialUpSamplingBilinear(2), 'inputSize', 'outputSize'}, {nn.UpSampling(2), 'inputSize', 'outputSize'},
      {nn.WeightNorm(nn.Linear(2, 3)), 'viewIn', 'viewOut', 'weightSize', 'otherDims', '_norm', '_scale'},
      {nn.ClassNLLCriterion(), 'output_tensor', 'total_weight_tensor', 'target'},
      {nn.SpatialClassNLLCriterion(), 'output_tensor', 'total_weight_tensor', 'target'},
      {nn.MultiLabelSoftMarginCriterion(), 'sigmoid'}, {nn.ZipTableOneToMany(), 'gradInputEl'},
    } do
      local object = expected[1]:float()
      local fields = written(object)
      for i = 2, #expected do assert.is_not_nil(fields[expected[i]], expected[i]) end
      for key, value in pairs(object) do assert.equal(value, fields[key]) end
      assert.equal(torch.typename(object), torch.typename(torch.deserialize(torch.serialize(object))))
    end
    assert.same({0, 2, 3}, written(nn.Reshape(2, 3)).batchsize:totable())
    assert.equal(9, written(nn.PixelShuffle(3)).upscaleFactorSquared)
    assert.equal('torch.FloatTensor', torch.type(written(nn.Add(2):float())._ones))
    local conv = nn.WeightNorm(nn.SpatialFullConvolution(2, 3, 4, 5), 2)
    assert.same({3, 2, 5, 4}, written(conv).viewOut:totable())
  end)

  it('holds the layers that make the means of a neighbourhood there', function()
    local layer = nn.SpatialSubtractiveNormalization(2, torch.ones(3, 5))
    local chain = written(layer).meanestimator
    local means = chain:forward(torch.ones(2, 6, 7)) -- of all that is inside
    assert.same({2, 1, 6, 7}, means:size():totable())
    assert.near(1, means[2][1][3][4], 1e-12)
    assert.near(6 / 15, means[1][1][1][1], 1e-12)
    local fields = written(nn.SpatialDivisiveNormalization(2, torch.ones(3, 3)))
    assert.near(1, fields.stdestimator:forward(torch.ones(2, 6, 7))[1][1][3][4], 1e-12)
  end)

  it('bears the version of its class', function()
    for version, module in pairs {V_2 = nn.BatchNormalization(2), V_4 = nn.LookupTable(2, 2)} do
      assert.truthy(torch.serialize(module):find(version:gsub('_', ' ') .. '....' .. torch.typename(module)))
    end
    assert.truthy(torch.serialize(nn.GradientReversal(3)):find('V 2....nn.GradientReversal'))
    assert.truthy(torch.serialize(nn.SpatialBatchNormalization(2)):find('V 2....nn.SpatialBatchNormalization'))
  end)

  it('says its device first, if it is nn.GPU', function()
    local list = {}
    nn.GPU(nn.Identity(), 2):write({writeObject = function(_, object) list[#list + 1] = object end})
    assert.same({'torch.DoubleTensor', 2}, list[1])
    local again = torch.deserialize(torch.serialize(nn.GPU(nn.Square(), 2)))
    assert.same({2, 9}, {again.device, again:forward(torch.Tensor {3})[1]})
  end)
end)

describe('a module from a file of Torch', function()
  it('works without the fields that are not its own there', function()
    local abs = torch.factory('nn.AbsCriterion')()
    for key, value in pairs(without(nn.AbsCriterion(), 'difference', '_type')) do abs[key] = value end
    assert.equal(1.5, abs:forward(torch.Tensor {1, 2}, torch.Tensor {2, 4}))
    local add = read('nn.CAddTensorTable', {output = torch.Tensor(), gradInput = {}})
    assert.same({3}, add:forward({torch.Tensor {1}, {torch.Tensor {2}}})[1]:totable())
    local copy = read('nn.Copy', {output = torch.FloatTensor(), gradInput = torch.Tensor()})
    assert.equal('torch.FloatTensor', torch.type(copy:forward(torch.Tensor {1})))
    assert.equal('torch.DoubleTensor', torch.type(copy:backward(torch.Tensor {1}, torch.FloatTensor {1})))
  end)

  it('makes the weight that nn.WeightNorm leaves out', function()
    local norm, x = nn.WeightNorm(nn.Linear(3, 2)), torch.randn(3)
    local expected = norm:forward(x):totable()
    assert.same({2, 1}, norm.g:size():totable())
    local fields = without(norm, 'weight', 'gradWeight')
    fields.weightSize = norm.weight:size()
    norm.modules[1].weight, norm.modules[1].gradWeight = nil, nil
    local again = read('nn.WeightNorm', fields)
    assert.same(expected, again:forward(x):totable())
    assert.equal(again.weight, again.modules[1].weight)
  end)

  it('takes the kernels of normalisations as they were given', function()
    local x = torch.randn(1, 8, 9)
    for _, name in ipairs {'nn.SpatialSubtractiveNormalization', 'nn.SpatialDivisiveNormalization'} do
      local layer = torch.factory(name)()
      layer:__init(1, torch.ones(5))
      local fields = without(layer)
      fields.kernel = torch.Tensor(5):fill(0.2)
      assert.is_true((layer:forward(x) - read(name, fields):forward(x)):abs():max() < 1e-12)
    end
    local both = nn.SpatialContrastiveNormalization(1, torch.ones(5))
    local fields = without(both, 'modules', 1, 2)
    fields.normalizer = nn.Sequential():add(both:get(1)):add(both:get(2))
    local again = read('nn.SpatialContrastiveNormalization', fields)
    assert.same(both:forward(x):totable(), again:forward(x):totable())
  end)
end)
