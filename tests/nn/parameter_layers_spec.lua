-- Layers that add or multiply by parameters, PReLU, batch normalisation, Linear, and nn.hessian.
require 'nn'
local layercheck = require 'nn.layercheck'

local draw, numbers, same = layercheck.draw, layercheck.numbers, layercheck.same

-- x by the formula that takes an element and one of parameter's, which is expanded.
local function expanded(parameter, x, ...)
  return parameter:view(...):expandAs(x)
end

describe('layers with parameters:', function()
  before_each(function() layercheck.seed(22) end)

  it('Mul has one number', function()
    local mul = nn.Mul()
    local x = numbers(2, 3)
    same(x * mul.weight[1], mul:forward(x))
    layercheck.layer(nn.Mul, x, draw)
  end)

  it('Add has the sizes of a sample, or one number', function()
    layercheck.layer(function() return nn.Add(3, 2) end, numbers(4, 3, 2), draw, {batch = true})
    layercheck.layer(function() return nn.Add(3, true) end, numbers(4, 3), draw)
    local add = nn.Add(3)
    same(expanded(add.bias, torch.zeros(2, 3), 1, 3), add:forward(torch.zeros(2, 3)))
  end)

  it('CAdd and CMul repeat where a size is 1', function()
    local x = numbers(4, 3, 2, 5)
    for _, sizes in ipairs {{3, 1, 1}, {1, 2, 1}, {1, 1, 5}, {3, 2, 5}, {4, 1, 1, 1}, {1, 3, 2, 1}} do
      local view = {unpack(sizes)}
      while #view < 4 do table.insert(view, 1, 1) end
      local add = nn.CAdd(unpack(sizes))
      same(x + expanded(add.bias, x, unpack(view)), add:forward(x))
      local mul = nn.CMul(unpack(sizes))
      same(torch.cmul(x, expanded(mul.weight, x, unpack(view))), mul:forward(x))
      layercheck.layer(function() return nn.CAdd(unpack(sizes)) end, x, draw)
      layercheck.layer(function() return nn.CMul(unpack(sizes)) end, x, draw)
    end
    assert.has_error(function() nn.CMul(7):forward(x) end)
  end)

  it('PReLU has a slope for each map, or one', function()
    for _, sizes in ipairs {{3}, {4, 3}, {3, 2, 2}, {4, 3, 2, 2}} do
      layercheck.layer(function() return nn.PReLU(3) end, numbers(unpack(sizes)), draw)
      layercheck.layer(nn.PReLU, numbers(unpack(sizes)), draw)
    end
    local prelu = nn.PReLU(2)
    prelu.weight:copy(torch.Tensor {0.5, 2})
    assert.same({{-1, 4}, {2, -6}}, prelu:forward(torch.Tensor {{-2, 4}, {2, -3}}):totable())
  end)

  it('Linear refuses inputs of another size', function()
    assert.error_matches(function() nn.Linear(3, 2):forward(torch.zeros(4)) end, 'size mismatch')
  end)

  it('batch normalisation takes mean and variance of the batch, and keeps running ones', function()
    local x = numbers(6, 3, 4, 5)
    local bn = nn.SpatialBatchNormalization(3)
    bn.weight:fill(1)
    local y = bn:forward(x)
    for map = 1, 3 do
      local values, seen = x:select(2, map):clone():view(-1), y:select(2, map):clone():view(-1)
      assert.near(0, seen:mean(), 1e-12)
      assert.near(values:var() * 119 / 120 / (values:var() * 119 / 120 + 1e-5), seen:var() * 119 / 120, 1e-9)
      assert.near(0.1 * values:mean(), bn.running_mean[map], 1e-12)
      assert.near(0.9 + 0.1 * values:var(), bn.running_var[map], 1e-12)
    end
    bn:evaluate()
    local mean, var = bn.running_mean[2], bn.running_var[2]
    local z = bn:forward(x)
    assert.near((x[3][2][1][1] - mean) / math.sqrt(var + 1e-5), z[3][2][1][1], 1e-12)
    same(z[3], bn:forward(x[3]))
    assert.equal('nn.SpatialBatchNormalization (4D) (3)', tostring(bn))
  end)

  it('batch normalisation passes the gradient checks in training and evaluation', function()
    for name, sizes in pairs {
      BatchNormalization = {5, 3}, SpatialBatchNormalization = {3, 2, 2, 3},
      VolumetricBatchNormalization = {2, 2, 2, 2, 2},
    } do
      for _, affine in ipairs {true, false} do
        local function make() return nn[name](sizes[2], 1e-3, 0.1, affine) end
        layercheck.layer(make, numbers(unpack(sizes)), draw)
        layercheck.layer(function()
          local bn = make()
          bn:evaluate()
          return bn
        end, numbers(unpack(sizes)), draw)
      end
    end
    assert.has_error(function() nn.BatchNormalization(3):forward(numbers(3)) end)
    assert.has_error(function() nn.BatchNormalization(3):forward(numbers(2, 4)) end)
  end)

  it('batch normalisation with a batch of one goes by the running numbers', function()
    local bn = nn.BatchNormalization(3, 0, 0.1, false)
    same(torch.ones(1, 3), bn:forward(torch.ones(1, 3)))
    same(torch.zeros(3), bn.running_mean)
  end)

  it('nn.hessian gives sums of squared derivatives', function()
    nn.hessian.enable()
    local modules = {
      {nn.Linear(4, 3), numbers(4)}, {nn.Linear(4, 3), numbers(5, 4)},
      {nn.SpatialConvolution(2, 3, 2, 2), numbers(2, 5, 4)},
      {nn.SpatialFullConvolution(2, 3, 2, 2, 2, 2), numbers(2, 3, 3)},
    }
    for _, case in ipairs(modules) do
      for _, of in ipairs {'Input', 'Weight', 'Bias'} do
        local module, x = unpack(case)
        assert.is_true(nn.Jacobian['testDiagHessian' .. of](module, x) < 1e-9)
      end
    end
    local net = nn.Sequential():add(nn.Linear(3, 4)):add(nn.Tanh()):add(nn.Reshape(2, 2))
    net:initDiagHessianParameters()
    net:forward(torch.ones(3))
    assert.equal(3, net:updateDiagHessianInput(torch.ones(3), torch.ones(2, 2)):nElement())
    net:accDiagHessianParameters(torch.ones(3), torch.ones(2, 2))
    assert.is_true(net:get(1).diagHessianBias:min() > 0)
  end)
end)
