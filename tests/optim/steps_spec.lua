-- The optim methods that take one step per call, checked against traces of Torch's own methods on Rosenbrock's function
-- from (0, 0): values at steps 1, 1001, 2001 ..., and the last x. And their formulas, shapes, and what they refuse.
require 'optim'
local rosenbrock = require 'optim.rosenbrock'

local traces = {
  {
    method = 'adadelta', about = "eps 1e-10", config = {eps = 1e-10},
    values = {
      1, 0.8567483273, 0.6538003438, 0.4508342953, 0.2777460731, 0.1483030967, 0.06446454527, 0.0198468541,
      0.00298781634, 0.0002136175098, 6.034663543e-05,
    },
    x = {0.9931919623, 0.9860568779},
  },
  {
    method = 'adagrad', about = "rate 0.1", config = {learningRate = 0.1},
    values = {
      1, 0.009662933643, 0.001160596364, 0.0001723839047, 0.0003759161079, 4.414580496e-06, 7.164606939e-07,
      1.165418132e-07, 1.897440076e-08, 3.09039761e-09, 5.034138877e-10,
    },
    x = {0.9999775996, 0.9999551147},
  },
  {
    method = 'adam', about = "rate 0.002", config = {learningRate = 0.002},
    values = {
      1, 0.001144276109, 4.493705224e-10, 8.858748242e-16, 3.18268842e-17, 8.636456843e-07, 1.566449057e-16,
      8.776163206e-06, 4.067729014e-11, 2.708708909e-15, 6.065631158e-18,
    },
    x = {0.9999999976, 0.9999999952},
  },
  {
    method = 'adamax', about = "as it comes", config = {},
    values = {
      1, 0.002958688092, 1.800206573e-09, 3.653501999e-08, 1.924704708e-16, 2.436517439e-11, 2.287336502e-08,
      7.696082775e-20, 1.160233244e-14, 7.579868624e-19, 3.611683964e-14,
    },
    x = {0.9999999862, 0.9999999948},
  },
  {
    method = 'sgd', about = "rate 0.001", config = {learningRate = 1e-3},
    values = {
      1, 0.1065945699, 0.03167348462, 0.01156047445, 0.004607188803, 0.00192350808, 0.0008251457846, 0.0003599235364,
      0.0001586665342, 7.042605675e-05, 3.139992493e-05,
    },
    x = {0.9944032039, 0.9888152602},
  },
  {
    method = 'rmsprop', about = "rate 5e-4", config = {learningRate = 5e-4},
    values = {
      1, 0.2225027309, 0.01281231248, 0.001075670475, 0.0001581755862, 6.71798774e-05, 5.748809564e-05,
      5.642717578e-05, 5.630843706e-05, 5.629453896e-05, 5.629272408e-05,
    },
    x = {0.9996994588, 1.000148941},
  },
  {
    method = 'sgd', about = "with momentum", config = {learningRate = 1e-3, momentum = 0.9},
    values = {
      1, 0.1043723356, 0.03094312591, 0.01126893971, 0.004480462962, 0.00186598511, 0.0007984178049, 0.0003473456867,
      0.000152708416, 6.759531133e-05, 3.005395338e-05,
    },
    x = {0.9945244793, 0.9890569567},
  },
  {
    method = 'sgd', about = "with Nesterov's momentum", config = {
      learningRate = 5e-4, momentum = 0.9, dampening = 0, nesterov = true, learningRateDecay = 1e-4, weightDecay = 1e-3,
    },
    values = {
      1, 0.002205964382, 7.6420364e-05, 8.415316468e-06, 3.261851212e-06, 2.470923853e-06, 2.298762129e-06,
      2.254824997e-06, 2.242459985e-06, 2.238705094e-06, 2.237488084e-06,
    },
    x = {0.9985050079, 0.9970072648},
  },
  {
    method = 'nag', about = "rate 1e-4", config = {learningRate = 1e-4},
    values = {
      1, 0.1058215368, 0.03129191111, 0.01138684735, 0.004526121011, 0.001884931077, 0.0008065938654,
      0.0003509580224, 0.0001543277931, 6.832790988e-05, 3.038727883e-05,
    },
    x = {0.9944921937, 0.98899261},
  },
}

local function near(expected, got, what)
  if not (math.abs(expected - got) <= 1e-6 * math.abs(expected)) then
    error(('%s: expected %.17g, got %.17g'):format(what, expected, got), 2)
  end
end

describe('optim', function()
  for _, trace in ipairs(traces) do
    it(('%s repeats what Torch did: %s'):format(trace.method, trace.about), function()
      local x, config = torch.zeros(2), trace.config
      for step = 1, 1000 * (#trace.values - 1) + 1 do
        local _, values = optim[trace.method](rosenbrock.rounded, x, config)
        if step % 1000 == 1 then
          near(trace.values[(step + 999) / 1000], values[1], 'value at step ' .. step)
        end
      end
      for k = 1, 2 do near(trace.x[k], x[k], 'x') end
    end)
  end

  local function square(x) return x:dot(x), torch.mul(x, 2) end

  it('methods keep state apart from config, take pictures, and decay weights', function()
    for _, method in ipairs {'sgd', 'adagrad', 'adadelta', 'adamax', 'rmsprop', 'nag', 'adam'} do
      local config, state = {momentum = method == 'sgd' and 0.5 or nil, weightDecay = 0.1}, {}
      local x = torch.FloatTensor(3, 4, 5):fill(1)
      local before = {momentum = config.momentum, weightDecay = 0.1}
      for _ = 1, 3 do
        local function feval(at) return at:sum(), torch.FloatTensor(60):fill(1) end
        local result, values = optim[method](feval, x, config, state)
        assert.equal(x, result)
        assert.equal(1, #values)
      end
      assert.same(before, config)
      assert.is_true(x:max() < 1)
    end
  end)

  it('sgd follows its formulas', function()
    local x = torch.Tensor {1}
    optim.sgd(square, x, {learningRate = 0.1, weightDecay = 0.5})
    assert.near(1 - 0.1 * 2.5, x[1], 1e-15)
    local config = {learningRate = 0.1, learningRateDecay = 0.5}
    x:fill(1)
    optim.sgd(square, x, config)
    optim.sgd(square, x, config)
    assert.near(0.8 - 0.1 / 1.5 * 1.6, x[1], 1e-15)
    x = torch.ones(2)
    local rates = {learningRate = 1, learningRates = torch.Tensor {0.1, 0.2}, weightDecays = torch.Tensor {0, 1}}
    optim.sgd(square, x, rates)
    assert.near(0.8, x[1], 1e-15)
    assert.near(0.4, x[2], 1e-15)
    config = {learningRate = 0.1, momentum = 0.5, dampening = 0}
    x = torch.Tensor {1}
    optim.sgd(square, x, config)
    optim.sgd(square, x, config)
    assert.near(0.8 - 0.1 * (1.6 + 0.5 * 2), x[1], 1e-15)
    assert.has_error(function() optim.sgd(square, x, {nesterov = true, momentum = 0.5}) end)
    assert.has_error(function() optim.sgd(square, x, {weightDecay = 1, weightDecays = torch.ones(1)}) end)
    assert.has_error(function() optim.nag(square, x, {momentum = 0}) end)
  end)

  it('checkgrad compares a gradient with differences', function()
    local x = torch.Tensor {0.3, -0.2}
    local off, gradient, estimate = optim.checkgrad(rosenbrock.evaluate, x)
    assert.is_true(off < 1e-6)
    assert.is_true((gradient - estimate):abs():max() < 1e-5)
    assert.is_true(optim.checkgrad(function(at) return at:dot(at), at * 3 end, x) > 0.1)
    assert.same({0.3, -0.2}, x:totable())
  end)
end)
