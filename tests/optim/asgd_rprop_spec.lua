-- optim.asgd and optim.rprop against what Torch's own methods do in twelve steps.
require 'optim'
local helper = require 'helper'

-- |x - (1, -2, 3)|^2 + (x1 x2)^2 / 10
local function feval(x)
  local d = x - torch.Tensor {1, -2, 3}
  local gradient = d * 2 + torch.Tensor {0.2 * d[1] * d[2] ^ 2, 0.2 * d[2] * d[1] ^ 2, 0}
  return d:pow(2):sum() + 0.1 * ((x[1] - 1) * (x[2] + 2)) ^ 2, gradient
end

-- The last value, x and the average, if there is one.
local function after_twelve(method, config)
  local x, values, average = torch.zeros(3), nil, nil
  for _ = 1, 12 do
    local same, average_now
    same, values, average_now = method(feval, x, config)
    assert.equal(x, same)
    average = average_now
  end
  return values[#values], x:totable(), average and average:totable()
end

describe('optim.asgd', function()
  it('steps, and averages from step t0 on', function()
    local value, x, average = after_twelve(optim.asgd, {eta0 = 0.05, lambda = 0.01, t0 = 3})
    assert.near(1.333631, value, 1e-6)
    helper.near({0.7683704, -1.455132, 2.145294}, x, 1e-6)
    helper.near({0.6476463, -1.189023, 1.734168}, average, 1e-6)
    value, x, average = after_twelve(optim.asgd, {eta0 = 0.05, lambda = 0.1, alpha = 0.5, t0 = 0})
    assert.near(1.486919, value, 1e-6)
    helper.near({0.7487588, -1.41672, 2.08806}, x, 1e-6)
    helper.near({0.554191, -1.001858, 1.452751}, average, 1e-6)
  end)

  it('has the defaults of Torch', function()
    local _, x, average = after_twelve(optim.asgd, {})
    helper.near({0.003352518, -0.005272144, 0.007192085}, x, 1e-9)
    helper.near(x, average, 0)
  end)
end)

describe('optim.rprop', function()
  it('takes steps that grow and shrink', function()
    local value, x = after_twelve(optim.rprop, {})
    assert.near(0.06585691, value, 1e-8)
    helper.near({1.052712, -1.864899, 3.215042}, x, 1e-6)
    local config = {stepsize = 0.3, etaplus = 1.5, etaminus = 0.25, stepsizemax = 0.4, stepsizemin = 0.05}
    value, x = after_twelve(optim.rprop, config)
    assert.near(0.030625, value, 1e-9)
    helper.near({1, -1.88125, 3.05}, x, 1e-9)
  end)

  it('takes several at once', function()
    local value, x = after_twelve(optim.rprop, {niter = 4})
    assert.near(1.800461e-09, value, 1e-14)
    helper.near({1.00001, -1.999963, 3.000008}, x, 1e-6)
  end)
end)
