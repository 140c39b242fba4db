-- Layers that move, cut, repeat or reduce: values, gradients, batches.
require 'nn'
local layercheck = require 'nn.layercheck'

local draw, numbers, same = layercheck.draw, layercheck.numbers, layercheck.same

-- Checks the layer nn.<name>(...) at x; y: what it should give.
local function check(y, x, name, ...)
  local arguments = {n = select('#', ...), ...}
  same(y, layercheck.layer(function() return nn[name](unpack(arguments, 1, arguments.n)) end, x, draw))
end

describe('shape layers:', function()
  before_each(function() layercheck.seed(25) end)

  it('Reshape and Collapse', function()
    local x = numbers(6)
    check(x:view(2, 3), x, 'Reshape', 2, 3)
    check(x:view(2, 3), x, 'Reshape', torch.LongStorage {2, 3})
    check(numbers(0 + 5, 6):fill(1):view(5, 2, 3), torch.ones(5, 6), 'Reshape', 2, 3)
    check(x:view(1, 2, 3), x:view(1, 6), 'Reshape', 2, 3)
    check(x:view(2, 3), x:view(1, 6), 'Reshape', 2, 3, false)
    assert.equal('nn.Reshape(2x3)', tostring(nn.Reshape(2, 3)))
    local y = numbers(8, 3, 4)
    check(y:view(8, 12), y, 'Collapse', 2)
    check(y:view(96), y, 'Collapse', 3)
  end)

  it('Squeeze, Unsqueeze, Transpose and Replicate', function()
    local x = numbers(2, 1, 1, 3)
    check(x:view(2, 3), x, 'Squeeze')
    check(x:view(2, 1, 3), x, 'Squeeze', 2)
    check(x:view(2, 1, 3), x, 'Squeeze', 2, 3)
    check(x:narrow(1, 1, 1):view(1, 3), x:narrow(1, 1, 1):clone(), 'Squeeze', nil, 3)
    local y = numbers(5, 2, 3)
    check(y:view(5, 1, 2, 3), y, 'Unsqueeze', 2)
    check(y:view(5, 2, 1, 3), y, 'Unsqueeze', 2, 2)
    check(y:view(5, 2, 3, 1), y, 'Unsqueeze', 3, 2)
    assert.has_error(function() nn.Unsqueeze(5):forward(y) end)
    check(y:transpose(1, 3):transpose(2, 3):clone(), y, 'Transpose', {1, 3}, {2, 3})
    same(y:transpose(2, 3):clone(), nn.Transpose({1, 2}):setNumInputDims(2):forward(y))
    check(y:view(5, 1, 2, 3):expand(5, 4, 2, 3), y, 'Replicate', 4, 2)
    check(y:view(5, 2, 1, 3):expand(5, 2, 4, 3), y, 'Replicate', 4, 2, 2)
  end)

  it('Narrow, Select and Index', function()
    local x = numbers(3, 10, 4)
    check(x:narrow(2, 5, 3), x, 'Narrow', 2, 5, 3)
    check(x:narrow(2, 5, 3), x, 'Narrow', -2, 5, -4)
    check(x:narrow(2, 1, 3), x, 'Narrow', 2, -1, 7)
    check(x:select(2, 9), x, 'Select', 2, -2)
    check(x:select(3, 1), x, 'Select', -1, 1)
    local index = nn.Index(1)
    local pair = {torch.Tensor {10, 20, 30}, torch.LongTensor {1, 2, 2, 3}}
    assert.same({10, 20, 20, 30}, index:forward(pair):totable())
    assert.same({1, 2, 3}, index:backward(pair, torch.Tensor {1, 1, 1, 3})[1]:totable())
    index:clearState()
    same(x:index(3, torch.LongTensor {4, 1}), nn.Index(3):forward {x, torch.LongTensor {4, 1}})
  end)

  it('Padding on either side, and inside', function()
    local x = torch.Tensor {{1, 2, 3}}
    check(torch.Tensor {{1, 2, 3, 7, 7}}, x, 'Padding', 2, 2, 2, 7)
    check(torch.Tensor {{7, 7, 1, 2, 3}}, x, 'Padding', 2, -2, 2, 7)
    check(torch.Tensor {{1, 2, 7, 3}}, x, 'Padding', 2, 1, 2, 7, 2)
    check(torch.Tensor {{1, 7, 2, 3}}, x, 'Padding', 2, -1, 2, 7, 2)
    check(torch.Tensor {{1, 2, 3, 0}}, x, 'Padding', 1, 1, 1)
  end)

  it('Sum, Mean, Max and Min along a dimension', function()
    local x = numbers(3, 4, 5)
    for d = 1, 3 do
      check(x:sum(d):select(d, 1), x, 'Sum', d)
      check(x:mean(d):select(d, 1), x, 'Mean', d - 4)
      check((x:max(d)):select(d, 1), x, 'Max', d)
      check((x:min(d)):select(d, 1), x, 'Min', d - 4)
    end
    check(x:sum(2), x, 'Sum', 1, 2, false, false)
    check(x:mean(2):select(2, 1), x, 'Mean', 1, 2)
    check((x:max(3)):select(3, 1), x, 'Max', 2, 2)
    check(torch.Tensor {6}, torch.Tensor {1, 2, 3}, 'Sum', 1)
    check(torch.Tensor {3}, torch.Tensor {1, 2, 3}, 'Max', 1)
  end)

  it('Normalize to p-norm one', function()
    for _, p in ipairs {1, 1.5, 2, 3, 4, math.huge} do
      local x = numbers(3, 5)
      local norm = p == math.huge and (torch.abs(x):max(2)) or torch.abs(x):pow(p):sum(2):pow(1 / p)
      local y = layercheck.layer(function() return nn.Normalize(p) end, x, draw, {batch = true})
      assert.is_true(layercheck.distance(torch.cdiv(x, norm:expandAs(x)), y) < 1e-8)
    end
    assert.has_error(function() nn.Normalize(0) end, 'nn.Normalize needs a positive p')
  end)
end)
