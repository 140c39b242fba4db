-- nninit: what the filled tensors are known to have.
local nninit = require 'nninit'

local function deviation(t) return math.sqrt(torch.pow(t, 2):mean()) end

describe('nninit', function()
  it('returns the module, and finds tensors by name or function', function()
    local layer = nn.Linear(3, 2)
    assert.equal(layer, layer:init('bias', nninit.constant, 4):init('bias', nninit.mulConstant, 2))
    assert.same({8, 8}, layer.bias:totable())
    layer:init(function(m) return m.bias end, nninit.addConstant, 1)
    assert.same({9, 9}, layer.bias:totable())
    assert.has_error(function() layer:init('nothing', nninit.constant, 1) end)
    assert.has_error(function() layer:init('bias', nninit.kaiming) end)
  end)

  it('makes orthogonal rows, or columns, of the length of the gain', function()
    local full = nn.SpatialFullConvolution(2, 5, 3, 3)
    for _, layer in ipairs {nn.SpatialConvolution(4, 6, 3, 3), nn.Linear(3, 7), full} do
      layer:init('weight', nninit.orthogonal, {gain = 'relu'})
      local w = layer.weight:view(layer.weight:size(1), -1)
      local products = w:size(1) <= w:size(2) and w * w:t() or w:t() * w
      assert.is_true((products - torch.eye(products:size(1)) * 2):abs():max() < 1e-12)
    end
  end)

  it('spreads by the numbers of inputs and outputs', function()
    torch.manualSeed(3)
    local conv = nn.SpatialConvolution(20, 40, 3, 5)
    conv:init('weight', nninit.kaiming, {dist = 'normal', gain = {'lrelu', 0.5}})
    assert.near(math.sqrt(2 / 1.25 / 300), deviation(conv.weight), 1e-3)
    conv:init('weight', nninit.xavier)
    assert.near(math.sqrt(2 / 900), deviation(conv.weight), 1e-3)
    assert.is_true(conv.weight:max() <= math.sqrt(6 / 900))
    local full = nn.SpatialFullConvolution(40, 20, 3, 5):init('weight', nninit.kaiming)
    assert.near(math.sqrt(1 / 600), deviation(full.weight), 2e-3)
  end)
end)
