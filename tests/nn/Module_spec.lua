-- nn.Module: conversion keeps sharing, clone and share, parameters as one tensor, walks over the tree.
require 'nn'

-- A layer with parameters and all that conversion must find.
local Layer, parent = torch.class('spec_nn.Layer', 'nn.Module', {})
function Layer:__init(n)
  parent.__init(self)
  self.weight = torch.range(1, n)
  self.gradWeight = torch.Tensor(n):fill(0.5)
  self.bias = torch.Tensor {7}
  self.gradBias = torch.Tensor {1}
end
local function layer(n) local l = setmetatable({}, Layer) l:__init(n) return l end

describe('nn', function()
  it('loads classes on first use and knows no others', function()
    assert.is_nil(nn.NoSuchLayer)
    assert.is_nil(nn.init)
    assert.is_nil(nn[1])
    assert.equal('nn.Identity', torch.type(nn.Identity()))
    assert.equal('table', type(nn.utils))
  end)

  it('takes new classes from scripts', function()
    local Twice, base = torch.class('nn.SpecTwice', 'nn.Module')
    function Twice:updateOutput(input) self.output = input * 2 return self.output end
    assert.equal(torch.getmetatable('nn.Module'), base)
    assert.equal(6, nn.Sequential():add(nn.SpecTwice()):forward(torch.Tensor {3})[1])
    nn.SpecTwice = nil
  end)
end)

describe('nn.Module', function()
  it('converts every tensor, in tables, sub-modules and criteria too', function()
    local net = nn.Sequential():add(nn.ConcatTable():add(nn.Identity()))
    net.mask = torch.ByteTensor {1, 0}
    net.list = {torch.IntTensor {3}, {deep = torch.FloatTensor {0.5}}}
    net.criterion = nn.MSECriterion()
    assert.equal(net, net:float())
    for _, tensor in ipairs {net.mask, net.list[1], net.list[2].deep, net:get(1).gradInput, net.criterion.gradInput,
                             net:get(1):get(1).output} do
      assert.equal('torch.FloatTensor', tensor:type())
    end
    assert.equal('torch.FloatTensor', net:type())
    assert.equal('torch.FloatTensor', net.criterion:type())
    assert.equal(0.5, net.list[2].deep[1])
    assert.same({1, 0}, net.mask:totable())
  end)

  it('keeps sharing: same tensor, views of one storage, strides', function()
    local m = nn.Module()
    m.whole = torch.range(1, 6):resize(2, 3)
    m.column = m.whole:select(2, 2)
    m.same = m.whole
    m.spread = torch.Tensor {4}:expand(1000)
    m.again = {m.column}
    m:float()
    assert.equal(m.whole, m.same)
    assert.equal(m.column, m.again[1])
    m.whole[2][2] = 50
    assert.same({2, 50}, m.column:totable())
    assert.same({0}, m.spread:stride():totable())
    assert.equal(1, m.spread:storage():size())
  end)

  it('survives a module that refers to itself', function()
    local m = nn.Module()
    m.me, m.t = {m}, torch.Tensor {1}
    m:float()
    assert.equal('torch.FloatTensor', m.t:type())
    local copy = m:clone()
    assert.equal(copy, copy.me[1])
  end)

  it('clones deeply and shares on demand', function()
    local a = layer(3)
    a.view = a.weight:narrow(1, 2, 2)
    local b, c = a:clone(), a:clone('weight')
    a.weight[2] = 20
    assert.same({1, 2, 3}, b.weight:totable())
    assert.same({1, 20, 3}, c.weight:totable())
    b.weight[3] = 30
    assert.same({2, 30}, b.view:totable())
    assert.equal('spec_nn.Layer', torch.type(b))
  end)

  it('steps parameters, and zeroes gradients', function()
    local l = layer(2)
    l:updateParameters(2)
    assert.same({0, 1}, l.weight:totable())
    assert.same({5}, l.bias:totable())
    l:zeroGradParameters()
    assert.same({0, 0}, l.gradWeight:totable())
    assert.is_nil(nn.Identity():parameters())
  end)

  it('lays all parameters out in one tensor', function()
    local net = nn.Sequential():add(layer(2)):add(nn.Identity()):add(layer(3))
    local flat, gradients = net:getParameters()
    assert.same({1, 2, 7, 1, 2, 3, 7}, flat:totable())
    assert.same({0.5, 0.5, 1, 0.5, 0.5, 0.5, 1}, gradients:totable())
    flat:fill(9)
    assert.same({9, 9, 9}, net:get(3).weight:totable())
    net:get(1).gradBias[1] = 4
    assert.equal(4, gradients[3])
    local again = net:getParameters()
    assert.same(flat:totable(), again:totable())
  end)

  it('says in a field that it shares parameters, which files can hold', function()
    local a = nn.Linear(2, 1)
    local b = torch.deserialize(torch.serialize(a:clone('weight')))
    assert.same({true, true}, {a.shared, b.shared})
    for key, value in pairs(b) do assert.is_not.equal('function', type(value), key) end
    local x, g = torch.ones(2), torch.ones(1)
    for _, module in ipairs {a, b} do
      local bias = module.bias[1]
      module:forward(x)
      module:backwardUpdate(x, g, 0.5)
      assert.near(bias - 0.5, module.bias[1], 1e-12)
      assert.equal(1, module.gradBias[1])
    end
  end)

  it('counts shared parameters once, and leaves gaps behind', function()
    local a = layer(4)
    local b = a:clone('weight', 'gradWeight', 'bias', 'gradBias')
    local net = nn.Sequential():add(a):add(b)
    assert.equal(5, net:getParameters():nElement())
    local part = layer(4)
    part.weight, part.gradWeight = part.weight:narrow(1, 2, 2), part.gradWeight:narrow(1, 2, 2)
    local flat = part:getParameters()
    assert.same({2, 3, 7}, flat:totable())
    local overlapping = {torch.range(1, 4)}
    overlapping[2] = overlapping[1]:narrow(1, 3, 2)
    assert.same({1, 2, 3, 4}, nn.Module.flatten(overlapping):totable())
    overlapping[2]:fill(0)
    assert.same({1, 2, 0, 0}, overlapping[1]:totable())
    assert.equal(0, nn.Identity():getParameters():nElement())
    part.bias = torch.Tensor(3, 3):select(2, 1)
    assert.has_error(function() part:getParameters() end)
    part.bias = torch.Tensor(2, 3):fill(4):t()
    part.gradBias = torch.Tensor {1}:expand(6)
    assert.same({2, 3, 4, 4, 4, 4, 4, 4}, nn.Module.flatten({part.weight, part.bias}):totable())
    assert.equal(1, nn.Module.flatten({part.gradBias}):nElement())
  end)

  it('clears what it can compute again', function()
    local net = nn.Sequential():add(nn.MulConstant(2))
    local output = net:forward(torch.Tensor {1, 2})
    net:clearState()
    assert.equal(0, net.output:nElement())
    assert.equal(output, net:get(1).output) -- as in Torch, whoever holds it sees that it is empty
    assert.equal(0, output:nElement())
  end)

  it('clears nothing that it was given', function()
    for _, layer in ipairs {nn.Identity(), nn.L1Penalty(1), nn.ZeroGrad(), nn.Contiguous(), nn.View(2),
                            nn.Sequential():add(nn.Identity()), nn.Copy(), nn.ReLU(true)} do
      local x, g = torch.Tensor {1, 2}, torch.Tensor {3, 4}
      layer:forward(x)
      layer:backward(x, g)
      layer:clearState()
      assert.same({1, 2}, x:totable())
      assert.equal(2, g:nElement())
      assert.equal(0, layer.output:nElement())
    end
    local select, x = nn.SelectTable(1), torch.ones(2)
    select:forward({x})
    assert.equal(2, select:clearState() and x:nElement())
  end)

  it('has classes that load when they are asked for by name', function()
    for i, find in ipairs {torch.getmetatable, torch.factory} do
      local name = ({'Abs', 'Square'})[i]
      package.loaded['nn.' .. name], nn[name] = nil, nil
      assert.is_not_nil(find('nn.' .. name))
    end
    assert.is_nil(torch.getmetatable('nn.Nothing'))
    assert.is_nil(torch.factory(nil))
  end)

  it('walks, finds, lists and replaces', function()
    local shared = nn.Identity()
    local inner = nn.Sequential():add(shared):add(nn.MulConstant(3))
    local net = nn.Sequential():add(inner):add(shared)
    local count = 0
    net:apply(function() count = count + 1 end)
    assert.equal(5, count)
    assert.same({net, inner, shared, inner:get(2), shared}, net:listModules())
    local found, containers = net:findModules('nn.Identity')
    assert.same({2, inner, net}, {#found, containers[1], containers[2]})
    local new = net:replace(function(m) return torch.type(m) == 'nn.Identity' and nn.AddConstant(1) or m end)
    assert.equal(10, new:forward(torch.Tensor {2})[1])
    net:evaluate()
    assert.is_false(inner:get(2).train)
    net:training()
    assert.is_true(inner:get(2).train)
  end)

  it('is called like a function', function()
    local output, gradInput = nn.MulConstant(3)(torch.Tensor {2}, torch.Tensor {1})
    assert.same({6, 3}, {output[1], gradInput[1]})
  end)
end)

describe('nn.utils', function()
  it('adds a dimension of size 1 anywhere, as a view', function()
    local t = torch.range(1, 6):resize(2, 3):t()
    for dim, size in ipairs {{1, 3, 2}, {3, 1, 2}, {3, 2, 1}} do
      local result = torch.Tensor()
      local view = nn.utils.addSingletonDimension(result, t, dim)
      assert.equal(result, view)
      assert.same(size, view:size():totable())
      assert.same(t:totable(), view:select(dim, 1):totable())
    end
    assert.same({1, 3, 2}, nn.utils.addSingletonDimension(t):size():totable())
    assert.has_error(function() nn.utils.addSingletonDimension(t, 4) end, 'dimension 4 is out of range 1..3')
  end)

  it('resizes, fills, adds and copies nested values', function()
    local source = {torch.ones(2), {x = torch.range(1, 3)}}
    local copy = nn.utils.recursiveCopy({torch.zeros(5), 'not a table', torch.zeros(1)}, source)
    assert.same({{1, 1}, {x = {1, 2, 3}}}, {copy[1]:totable(), {x = copy[2].x:totable()}})
    assert.is_nil(copy[3])
    nn.utils.recursiveAdd(copy, -2, source)
    assert.same({-1, -2, -3}, copy[2].x:totable())
    nn.utils.recursiveFill(copy, 4)
    assert.same({4, 4}, copy[1]:totable())
    assert.same({1, 2, 3}, source[2].x:totable())
  end)
end)
