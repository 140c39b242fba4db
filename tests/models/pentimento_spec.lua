-- The network that comes with the project: small, complete, alive, and of VGG-19's scale, as models/README.md says.
require 'torch'
require 'nn'
require 'image'
require 'loadcaffe'
local pen = require 'pen.ffi'
local convention = require 'pen.harmonize.pictures'
local caffemodel = require 'pen.caffemodel'
local quiet = require 'quiet'
local student = require 'pen.distill.student'
local textures = require 'pen.distill.textures'

local MODEL, PROTOTXT = pen.root .. 'models/pentimento.caffemodel', pen.root .. 'models/pentimento_deploy.prototxt'

describe('models/pentimento.caffemodel', function()
  local net
  setup(function()
    quiet.quietly(function() net = loadcaffe.load(PROTOTXT, MODEL, 'nn'):float() end)
  end)

  it('takes less than 4 MB', function()
    local file = assert(io.open(MODEL, 'rb'))
    local bytes = file:seek('end')
    file:close()
    assert.is_true(bytes < 4e6, bytes .. ' bytes')
  end)

  it('has the layers of VGG-19 to relu5_1', function()
    local names, expected = {}, {}
    for i = 1, net:size() do names[i] = net:get(i).name end
    for block, depth in ipairs {2, 2, 4, 4, 1} do
      for i = 1, depth do
        expected[#expected + 1] = ('conv%d_%d'):format(block, i)
        expected[#expected + 1] = ('relu%d_%d'):format(block, i)
      end
      if block < 5 then expected[#expected + 1] = 'pool' .. block end
    end
    assert.are.same(expected, names)
    assert.are.same({16, 32, 64, 128, 128}, student.widths(net))
    for _, conv in ipairs(net:findModules('nn.SpatialConvolution')) do
      assert.are.same({3, 3, 1, 1, 1, 1}, {conv.kW, conv.kH, conv.dW, conv.dH, conv.padW, conv.padH})
    end
    for _, pool in ipairs(net:findModules('nn.SpatialMaxPooling')) do
      assert.are.same({2, 2, 2, 2, true}, {pool.kW, pool.kH, pool.dW, pool.dH, pool.ceil_mode})
    end
  end)

  it('names bottom and top of each layer, as other programs want them', function()
    local model, last = assert(caffemodel.open(MODEL)), 'data'
    for i = 1, model:size() do
      local layer = model:layer(i)
      assert.are.equal(last, layer.bottom)
      assert.are.equal(layer.type == 'ReLU' and layer.bottom or layer.name, layer.top)
      last = layer.top
    end
    assert.are.equal('conv5_1', last)
  end)

  it('answers pictures with activations of VGG-19\'s size', function()
    local ranges = {
      relu1_1 = {10, 60}, relu2_1 = {60, 300}, relu3_1 = {30, 300}, relu4_1 = {150, 900}, relu5_1 = {10, 90},
    }
    torch.manualSeed(11)
    local means = {}
    for _ = 1, 6 do
      local outputs = student.forward(net, convention.preprocess(textures.random(160):double()):float())
      for name in pairs(ranges) do means[name] = (means[name] or 0) + outputs[name]:mean() / 6 end
    end
    for name, range in pairs(ranges) do
      local text = ('%s: mean %.1f'):format(name, means[name])
      assert.is_true(means[name] > range[1] and means[name] < range[2], text)
    end
  end)
end)
