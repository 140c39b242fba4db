-- Sequential, ConcatTable, ParallelTable and the layers on tables: order, gradients, errors, pictures.
require 'nn'
local helper = require 'helper'
local gradcheck = require 'nn.gradcheck'

local draw

local function numbers(...)
  return gradcheck.random_like(torch.Tensor(...), draw)
end

describe('containers:', function()
  before_each(function() draw = helper.numbers(5) end)

  it('Sequential keeps list, size and array part together', function()
    local a, b, c = nn.MulConstant(2), nn.AddConstant(1), nn.Identity()
    local net = nn.Sequential()
    assert.equal(net, net:add(a))
    net:add(c):insert(b, 1)
    assert.same({b, a, c}, net.modules)
    assert.equal(3, #net)
    assert.equal(3, net:size())
    assert.equal(a, net:get(2))
    assert.equal(a, net[2])
    assert.equal(c, net:remove())
    assert.equal(b, net:remove(1))
    assert.equal(1, #net)
    assert.equal(a.output, net.output)
    assert.has_error(function() net:insert(b, 3) end, 'nn.Sequential:insert: index 3 is out of range 1..2')
    assert.has_error(function() net:remove(2) end, 'nn.Sequential:remove: index 2 is out of range 1..1')
    assert.has_error(function() net:add(torch.Tensor(2)) end)
  end)

  it('Sequential computes a convolution and an in-place ReLU as one, to the same result', function()
    local function network(inplace)
      torch.manualSeed(3)
      return nn.Sequential():add(nn.SpatialConvolution(3, 16, 3, 3, 1, 1, 1, 1)):add(nn.ReLU(inplace))
        :add(nn.SpatialConvolution(16, 4, 3, 3)):add(nn.ReLU(inplace)):float()
    end
    local one, two, x = network(true), network(false), torch.randn(3, 12, 14):float()
    local gradient = torch.randn(4, 10, 12):float()
    local a, b = one:forward(x), two:forward(x)
    assert.is_true((a - b):abs():max() <= 1e-6 and a:min() == 0 and a:max() > 0)
    assert.is_true((one:get(1).output - two:get(2).output):abs():max() <= 1e-6)
    assert.equal(one:get(1).output:storage(), one:get(2).output:storage())
    local ga, gb = one:backward(x, gradient:clone()), two:backward(x, gradient:clone())
    assert.is_true((ga - gb):abs():max() <= 1e-5)
    local called = 0
    local behind = one:get(2)
    behind.updateOutput = function(...)
      called = called + 1
      return nn.ReLU.updateOutput(...)
    end
    one:forward(x)
    assert.equal(1, called)
  end)

  it('Sequential without modules is the identity', function()
    local x = torch.Tensor {1}
    assert.equal(x, nn.Sequential():forward(x))
    assert.equal(x, nn.Sequential():backward(x, x))
  end)

  it('Sequential hands the output object of the module before to updateGradInput', function()
    local seen
    local spy = nn.Identity()
    function spy:updateGradInput(input, gradOutput)
      seen = input
      self.gradInput = gradOutput
      return gradOutput
    end
    local net = nn.Sequential():add(nn.MulConstant(2)):add(spy)
    local x = numbers(3)
    net:forward(x)
    local gradInput = net:updateGradInput(x, torch.ones(3))
    assert.equal(net:get(1).output, seen)
    assert.equal(net.gradInput, gradInput)
    assert.same({2, 2, 2}, gradInput:totable())
  end)

  it('errors name the way to the module and keep their cause', function()
    local bad = nn.Identity()
    function bad:updateOutput() error('weights are missing') end
    function bad:updateGradInput() error({code = 5}) end
    local net = nn.Sequential():add(nn.Identity()):add(nn.ConcatTable():add(bad))
    local ok, message = pcall(net.forward, net, torch.Tensor(1))
    assert.is_false(ok)
    assert.equal(1, message:find('In 2 module of nn.Sequential:\nIn 1 module of nn.ConcatTable:\n', 1, true))
    assert.truthy(message:find('containers_spec.lua:%d+: weights are missing\nstack traceback:'))
    local _, times = message:gsub('stack traceback:', '')
    assert.equal(1, times)
    ok, message = pcall(net.backward, net, torch.Tensor(1), {torch.Tensor(1)})
    assert.same({false, {code = 5}}, {ok, message})
  end)

  it('ConcatTable sums the gradients of its branches, tables too', function()
    local fork = nn.ConcatTable():add(nn.MulConstant(2)):add(nn.Identity())
    local x = numbers(2, 3)
    local output = fork:forward(x)
    assert.same({2 * x[1][2], x[1][2]}, {output[1][1][2], output[2][1][2]})
    assert.is_true(gradcheck.module(fork, x, draw) < 1e-8)
    local pair = nn.ConcatTable():add(nn.Identity()):add(nn.SelectTable(2))
    local y = {numbers(3), numbers(2)}
    assert.is_true(gradcheck.module(pair, y, draw) < 1e-8)
    assert.is_true(gradcheck.module(pair, {numbers(2), numbers(5)}, draw) < 1e-8)
  end)

  it('ConcatTable leaves the gradients of its branches alone', function()
    local a = nn.Identity()
    local fork = nn.ConcatTable():add(a):add(nn.Identity())
    local g = {torch.ones(2), torch.ones(2)}
    fork:forward(torch.zeros(2))
    assert.same({2, 2}, fork:backward(torch.zeros(2), g):totable())
    assert.same({1, 1}, g[1]:totable())
  end)

  it('ParallelTable, CAddTable and JoinTable have the gradients of what they compute', function()
    local both = nn.ParallelTable():add(nn.MulConstant(3)):add(nn.AddConstant(2))
    local net = nn.Sequential():add(both):add(nn.CAddTable())
    local x = {numbers(2, 2), numbers(2, 2)}
    assert.equal(3 * x[1][1][2] + x[2][1][2] + 2, net:forward(x)[1][2])
    assert.is_true(gradcheck.module(net, x, draw) < 1e-8)
    assert.is_true(gradcheck.module(nn.CAddTable(), {numbers(3), numbers(3), numbers(3)}, draw) < 1e-8)
    local join = nn.JoinTable(1, 2)
    local parts = {numbers(4, 1, 3), numbers(4, 2, 3)}
    assert.same({4, 3, 3}, join:forward(parts):size():totable())
    assert.is_true(gradcheck.module(join, parts, draw) < 1e-8)
    assert.same({5}, nn.JoinTable(-1):forward({numbers(2), numbers(3)}):size():totable())
  end)

  it('SelectTable takes indices, negative ones and keys', function()
    local x = {numbers(2), {a = numbers(3), b = numbers(1)}}
    assert.equal(x[2], nn.SelectTable(-1):forward(x))
    assert.is_true(gradcheck.module(nn.SelectTable(-1), x, draw) < 1e-8)
    assert.is_true(gradcheck.module(nn.SelectTable('b'), x[2], draw) < 1e-8)
    assert.has_error(function() nn.SelectTable(3):forward(x) end)
  end)

  it('constants work in place when asked', function()
    local x, g = torch.Tensor {1, 2}, torch.Tensor {1, 1}
    local scale, shift = nn.MulConstant(4, true), nn.AddConstant(3, true)
    assert.same({4, 8}, scale:forward(x):totable())
    assert.same({4, 8}, x:totable())
    assert.same({4, 4}, scale:backward(x, g):totable())
    assert.same({1, 2}, x:totable())
    assert.same({4, 5}, shift:forward(x):totable())
    shift:backward(x, g)
    assert.same({1, 2}, x:totable())
    assert.is_true(gradcheck.module(nn.AddConstant(3), numbers(4), draw) < 1e-8)
  end)

  it('allocates nothing once warm', function()
    local net = nn.Sequential():add(nn.ConcatTable():add(nn.MulConstant(2)):add(nn.Identity())):add(nn.CAddTable())
    local x, g = numbers(3, 4), torch.ones(3, 4)
    local function step()
      net:forward(x)
      net:backward(x, g)
    end
    step()
    local before = helper.allocations()
    for _ = 1, 3 do step() end
    assert.equal(before, helper.allocations())
  end)

  it('shows its structure as text', function()
    local net = nn.Sequential():add(nn.ConcatTable():add(nn.Identity()):add(nn.Identity())):add(nn.CAddTable())
    assert.equal(table.concat({
      'nn.Sequential {',
      '  [input -> (1) -> (2) -> output]',
      '  (1): nn.ConcatTable {',
      '    input',
      '      |`-> (1): nn.Identity',
      '       `-> (2): nn.Identity',
      '       ... -> output',
      '  }',
      '  (2): nn.CAddTable',
      '}',
    }, '\n'), tostring(net))
  end)
end)
