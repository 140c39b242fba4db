-- Containers and layers on tables: values, gradients for every entry, batches, sharing, pictures, errors.
require 'nn'
local layercheck = require 'nn.layercheck'
local gradcheck = require 'nn.gradcheck'

local draw, numbers, same = layercheck.draw, layercheck.numbers, layercheck.same

describe('layers on tables:', function()
  before_each(function() layercheck.seed(23) end)

  it('combine entries element by element', function()
    local a, b, c = torch.Tensor {{1, 3}, {2, 4}}, torch.Tensor {{4, 2}, {3, 1}}, torch.Tensor {{0, 5}, {3, -1}}
    assert.same({{4, 5}, {3, 4}}, nn.CMaxTable():forward({a, b, c}):totable())
    assert.same({{0, 2}, {2, -1}}, nn.CMinTable():forward({a, b, c}):totable())
    assert.same({{0, 30}, {18, -4}}, nn.CMulTable():forward({a, b, c}):totable())
    assert.same({{-3, 1}, {-1, 3}}, nn.CSubTable():forward({a, b}):totable())
    assert.same({{4, 2 / 3}, {1.5, 0.25}}, nn.CDivTable():forward({b, a}):totable())
    for name, n in pairs {CMaxTable = 3, CMinTable = 3, CMulTable = 3, CAddTable = 3, CSubTable = 2, CDivTable = 2} do
      local x = {}
      for i = 1, n do x[i] = numbers(2, 3):abs():add(0.5) end
      layercheck.layer(nn[name], x, draw)
    end
  end)

  it('CMaxTable gives the gradient to the first of equals', function()
    local max, one = nn.CMaxTable(), torch.Tensor {1}
    max:forward {one, one}
    same({one, torch.zeros(1)}, max:backward({one, one}, one))
  end)

  it('CAddTensorTable adds one tensor to all', function()
    layercheck.layer(nn.CAddTensorTable, {numbers(3), {numbers(3), numbers(3)}}, draw)
    same({torch.Tensor {3}, torch.Tensor {4}},
         nn.CAddTensorTable():forward {torch.Tensor {1}, {torch.Tensor {2}, torch.Tensor {3}}})
  end)

  it('MixtureTable weighs experts by gates', function()
    local gates, experts = torch.Tensor {{1, 0}, {0.5, 0.5}}, {numbers(2, 3), numbers(2, 3)}
    local y = nn.MixtureTable():forward {gates, experts}
    same(experts[1][1], y[1])
    same((experts[1][2] + experts[2][2]) / 2, y[2])
    layercheck.layer(nn.MixtureTable, {numbers(2, 3), {numbers(2, 4), numbers(2, 4), numbers(2, 4)}}, draw)
    layercheck.layer(nn.MixtureTable, {numbers(3), {numbers(4), numbers(4), numbers(4)}}, draw)
    layercheck.layer(nn.MixtureTable, {numbers(2, 4), numbers(2, 4, 3)}, draw)
  end)

  it('SplitTable and FlattenTable', function()
    local x = numbers(3, 4, 5)
    for d, n in ipairs {3, 4, 5} do
      assert.equal(n, #nn.SplitTable(d):forward(x))
      assert.is_true(gradcheck.module(nn.SplitTable(d), x, draw) < 1e-6)
    end
    assert.equal(4, #nn.SplitTable(1, 2):forward(x))
    assert.equal(4, #nn.SplitTable(-2):forward(x))
    same(x:select(2, 4), nn.SplitTable(-2):forward(x)[4])
    local tree = {numbers(1), {numbers(2), {numbers(3)}}, numbers(4)}
    local flat = nn.FlattenTable()
    local list = flat:forward(tree)
    assert.same({1, 2, 3, 4}, {list[1]:nElement(), list[2]:nElement(), list[3]:nElement(), list[4]:nElement()})
    assert.equal(list, flat:forward(tree))
    tree[2][3] = numbers(5)
    assert.not_equal(list, flat:forward(tree))
    assert.is_true(gradcheck.module(flat, tree, draw) < 1e-6)
  end)

  it('NarrowTable takes a run of entries', function()
    local x = {numbers(2), {numbers(3)}, numbers(4), numbers(5)}
    local narrow = nn.NarrowTable(2, 2)
    local y = narrow:forward(x)
    assert.equal(2, #y)
    assert.equal(x[3], y[2])
    assert.is_true(gradcheck.module(narrow, x, draw) < 1e-6)
  end)

  it('products of pairs', function()
    local m, v = numbers(4, 3), numbers(3)
    same(torch.mv(m, v), nn.MV():forward {m, v})
    same(torch.mv(m, v), nn.MV(true):forward {m:t(), v})
    layercheck.layer(nn.MV, {m, v}, draw)
    layercheck.layer(nn.MV, {numbers(2, 4, 3), numbers(2, 3)}, draw)
    layercheck.layer(function() return nn.MV(true) end, {numbers(2, 3, 4), numbers(2, 3)}, draw)
    assert.near(v:dot(m[1]), nn.DotProduct():forward({v, m[1]})[1], 1e-12)
    layercheck.layer(nn.DotProduct, {numbers(4, 3), numbers(4, 3)}, draw)
    for _, p in ipairs {1, 2, 3} do
      local function make() return nn.PairwiseDistance(p) end
      local a, b = numbers(4, 3), numbers(4, 3)
      assert.near((a[2] - b[2]):norm(p), layercheck.layer(make, {a, b}, draw)[2], 1e-12)
      layercheck.layer(make, {a[1], b[1]}, draw)
    end
  end)
end)

describe('containers:', function()
  before_each(function() layercheck.seed(24) end)

  local function linears(container, n)
    for _ = 1, n do container:add(nn.Linear(3, 2)) end
    return container
  end

  it('Concat joins outputs', function()
    for d = 1, 2 do
      local concat = linears(nn.Concat(d), 3)
      local x = numbers(4, 3)
      local y = concat:forward(x)
      same(concat:get(2):forward(x), y:narrow(d, d == 1 and 5 or 3, d == 1 and 4 or 2))
    end
    layercheck.layer(function() return linears(nn.Concat(2), 3) end, numbers(4, 3), draw)
  end)

  it('Parallel gives slices', function()
    local x = numbers(3, 4, 2)
    layercheck.layer(function() return linears(nn.Parallel(2, 1), 2) end, numbers(3, 2), draw)
    local views = nn.Parallel(1, 3):add(nn.View(4, 2, 1)):add(nn.View(4, 2, 1)):add(nn.View(4, 2, 1))
    same(x:transpose(1, 3):transpose(1, 2), views:forward(x))
  end)

  it('MapTable clones its module for each entry', function()
    local map = nn.MapTable(nn.Linear(3, 2))
    local x = {numbers(3), numbers(3), numbers(3)}
    local y = map:forward(x)
    same(map:get(1):forward(x[3]), y[3])
    assert.equal(3, map:size())
    assert.is_true(gradcheck.module(map, x, draw) < 1e-6)
    map:zeroGradParameters()
    map:backward(x, {torch.ones(2), torch.ones(2), torch.ones(2)})
    same(torch.Tensor {3, 3}, map:get(2).gradBias)
    map:updateParameters(1)
    same(map:get(1).bias, map:get(3).bias)
    assert.equal(map, map:clearState())
    assert.equal(1, map:size())
    local apart = nn.MapTable(nn.Linear(3, 2), false)
    apart:forward(x)
    apart:get(2).bias:fill(9)
    assert.not_equal(9, apart:get(1).bias[1])
  end)

  it('Bottle folds dimensions into the batch', function()
    local linear = nn.Linear(4, 5)
    local x = numbers(2, 3, 4)
    same(linear:forward(x:view(6, 4)):view(2, 3, 5), nn.Bottle(linear):forward(x))
    layercheck.layer(function() return nn.Bottle(nn.Linear(4, 5)) end, x, draw)
    local squeezing = nn.Bottle(nn.Sequential():add(nn.Squeeze(2)):add(nn.Linear(3, 3)), 3, 2)
    assert.same({4, 5, 6, 3}, squeezing:forward(numbers(4, 5, 6, 1, 3)):size():totable())
    assert.is_true(gradcheck.module(squeezing, numbers(2, 2, 2, 1, 3), draw) < 1e-6)
  end)

  it('Decorator lends its methods to classes of other parents', function()
    local Lent = torch.class('nn.Lent', 'nn.Container')
    nn.Decorator.decorate(Lent)
    local lent = nn.Lent():add(nn.MulConstant(2))
    assert.same({6}, lent:forward(torch.Tensor {3}):totable())
    assert.same({2}, lent:backward(torch.Tensor {3}, torch.Tensor {1}):totable())
    assert.equal('nn.Lent @ nn.MulConstant', tostring(lent))
  end)

  it('Decorator and GPU pass everything on', function()
    for _, make in ipairs {
      function() return nn.Decorator(nn.Linear(3, 2)) end, function() return nn.GPU(nn.Linear(3, 2), 1) end,
    } do
      layercheck.layer(make, numbers(4, 3), draw, {batch = true})
    end
    assert.equal(2, nn.GPU(nn.Linear(3, 2), 1):setDevice(2).device)
  end)

  it('Copy converts, and stays as it is if told', function()
    local copy = nn.Copy('torch.DoubleTensor', 'torch.FloatTensor')
    local x = numbers(3, 2)
    assert.equal('torch.FloatTensor', torch.type(copy:forward(x)))
    assert.equal('torch.DoubleTensor', torch.type(copy:backward(x, copy.output)))
    assert.is_true(nn.Copy():forward(x):isSetTo(x))
    local fixed = nn.Copy(nil, nil, true, true)
    assert.equal('torch.DoubleTensor', torch.type(fixed:float():forward(x)))
    assert.is_false(fixed.output:isSetTo(x))
  end)

  it('Contiguous copies only what is not', function()
    local x, contiguous = numbers(3, 4), nn.Contiguous()
    assert.is_true(contiguous:forward(x):isSetTo(x))
    local y = contiguous:forward(x:t())
    assert.is_true(y:isContiguous())
    same(x:t(), y)
    layercheck.layer(nn.Contiguous, x, draw)
  end)

  it('errors name the way to the module that failed', function()
    local net = nn.Sequential():add(nn.Identity()):add(nn.Concat(1):add(nn.Parallel(1, 1):add(nn.Linear(1, 1))))
    local ok, problem = pcall(net.forward, net, numbers(1, 2, 2))
    assert.is_false(ok)
    assert.truthy(problem:find('In 2 module of nn.Sequential:\nIn 1 module of nn.Concat:\nIn 1 module of nn.Parallel:',
                               1, true))
    assert.truthy(problem:find('size mismatch', 1, true))
  end)
end)
