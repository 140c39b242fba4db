-- optim.adam: a trace recorded from Torch, the formula, shapes and types.
require 'optim'
local helper = require 'helper'
local heap = require 'pen.heap'
local pen = require 'pen.ffi'
local rosenbrock = require 'optim.rosenbrock'

describe('optim.adam', function()
  it('repeats what Torch did', function()
    if not helper.have_shared() then return pending('no golden data in ' .. helper.shared) end
    local expected = helper.npy_tensor(helper.shared .. '/golden/prim/adam_rosen2_lr0.1_x.npy')
    local x, config = rosenbrock.start(2), {learningRate = 0.1}
    for i = 1, expected:size(1) do
      optim.adam(rosenbrock.evaluate, x, config)
      for k = 1, 2 do assert.is_true(math.abs(expected[i][k] - x[k]) <= 1e-9, ('x[%d] after step %d'):format(k, i)) end
    end
    assert.are.equal(expected:size(1), config.t)
  end)

  it('follows the formula with every parameter', function()
    local c = {
      learningRate = 0.05, learningRateDecay = 0.1, beta1 = 0.7, beta2 = 0.8, epsilon = 1e-3, weightDecay = 0.3,
    }
    local x, at, m, v = torch.Tensor {2}, 2, 0, 0
    local state = {}
    for t = 1, 6 do
      local _, values = optim.adam(function(y) return y[1] ^ 4, torch.Tensor {4 * y[1] ^ 3} end, x, c, state)
      assert.is_true(math.abs(values[1] - at ^ 4) < 1e-12)
      local g = 4 * at ^ 3 + 0.3 * at
      m, v = 0.7 * m + 0.3 * g, 0.8 * v + 0.2 * g * g
      local rate = 0.05 / (1 + (t - 1) * 0.1)
      at = at - rate * math.sqrt(1 - 0.8 ^ t) / (1 - 0.7 ^ t) * m / (math.sqrt(v) + 1e-3)
      assert.is_true(math.abs(at - x[1]) < 1e-12)
    end
    assert.is_nil(c.t)
    assert.are.equal(6, state.t)
  end)

  for _, type_name in ipairs {'DoubleTensor', 'FloatTensor', 'CudaTensor'} do
    it('takes a picture and a gradient vector: ' .. type_name, function()
      local x = torch[type_name](3, 4, 5):fill(2)
      local config = {learningRate = 0.1}
      for _ = 1, 60 do
        local result, values = optim.adam(function(at) return at:norm(), at:clone():view(60) end, x, config)
        assert.are.equal(x, result)
        assert.are.equal(1, #values)
      end
      assert.are.same({3, 4, 5}, x:size():totable())
      assert.is_true(x:clone():abs():max() < 0.3)
      assert.are.equal('torch.' .. type_name, torch.type(config.m))
    end)
  end

  it('evaluates once a step, and allocates nothing after the first', function()
    local x, gradient, calls, config = torch.FloatTensor(50):fill(1), torch.FloatTensor(50), 0, {}
    local function feval(at)
      calls = calls + 1
      return at:norm(), gradient:copy(at)
    end
    optim.adam(feval, x, config)
    local before = select(3, heap.bytes(pen.cpu))
    for _ = 1, 10 do optim.adam(feval, x, config) end
    assert.are.equal(before, (select(3, heap.bytes(pen.cpu))))
    assert.are.equal(11, calls)
  end)
end)
