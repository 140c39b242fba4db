-- optim.cg, optim.lswolfe and optim.polyinterp: traces of Torch's own methods on Rosenbrock's function from (0, 0), and
-- what their definitions promise.
require 'optim'
local helper = require 'helper'
local rosenbrock = require 'optim.rosenbrock'

local traces = {
  {
    name = 'cg', method = 'cg', config = {maxIter = 50}, evaluations = 64,
    values = {
      1, 0.7825106091, 0.3955653394, 0.2189118374, 0.08594362786, 0.08167279251, 0.04803799828, 0.03385004043,
      0.01810891773, 0.01747706436, 0.01719294051, 0.006477103139, 0.003170087431, 2.390064486e-05, 8.593096023e-06,
      8.593090297e-06, 7.662670639e-07, 9.216307256e-11,
    },
    x = {1.000000256, 0.9999995529},
  },
  {
    name = 'lbfgs with lswolfe', method = 'lbfgs', config = {maxIter = 100}, evaluations = 26,
    values = {
      1, 0.7711912089, 0.6106571293, 0.5237325065, 0.2612017075, 0.248602079, 0.2073700566, 0.1262572999,
      0.08323484636, 0.04001206675, 0.01640664818, 0.0130136716, 0.008696317241, 0.00620826844, 0.003830220309,
      0.001512145154, 0.0002510882452, 3.059707246e-05, 6.8164222e-07, 1.894022532e-09, 2.24543945e-13,
    },
    x = {0.9999995796, 0.9999991373},
  },
}

local function close(expected, got, tolerance)
  return math.abs(expected - got) <= tolerance * math.abs(expected)
end

describe('optim', function()
  for _, trace in ipairs(traces) do
    it(trace.name .. ' repeats what Torch did', function()
      if trace.name ~= 'cg' then trace.config.lineSearch = optim.lswolfe end
      local x, values, evaluations = optim[trace.method](rosenbrock.rounded, torch.zeros(2), trace.config)
      assert.equal(trace.evaluations, evaluations)
      assert.equal(#trace.values, #values)
      for i, value in ipairs(trace.values) do assert.is_true(close(value, values[i], 1e-6), ('value %d'):format(i)) end
      for k = 1, 2 do assert.is_true(close(trace.x[k], x[k], 1e-6)) end
    end)
  end

  it('cg returns to the best x when its line search fails', function()
    local x = torch.Tensor {1, 1}
    local _, values = optim.cg(function(at) return at:sum(), torch.ones(2):mul(-1) end, x, {maxIter = 5})
    assert.same({1, 1}, x:totable())
    assert.same({2}, values)
  end)

  it('cg minimises a bowl of any shape', function()
    local number = helper.numbers(5)
    local x = torch.FloatTensor(2, 3):apply(function() return number(-1, 1) end)
    local w = torch.FloatTensor(2, 3):apply(function() return number(1, 3) end)
    optim.cg(function(at)
      local g = torch.cmul(at, w)
      return g:dot(at) / 2, g
    end, x, {maxIter = 40})
    assert.is_true(x:norm() < 1e-3)
  end)

  it('lswolfe ends where the strong Wolfe conditions hold', function()
    for t = -6, 6, 1.5 do
      local x = torch.Tensor {-1.2, 1}
      local f, g = rosenbrock.evaluate(x)
      g = g:clone()
      local d = torch.mul(g, -1 / g:norm())
      local slope, start = g:dot(d), x:clone()
      local f2, g2, x2, step, evaluations = optim.lswolfe(rosenbrock.evaluate, x, 10 ^ t, d, f, g, slope, {c2 = 0.1})
      assert.equal(x, x2)
      assert.is_true((x - start - d * step):abs():max() < 1e-12)
      assert.is_true(f2 <= f + 1e-4 * step * slope)
      assert.is_true(math.abs(g2:dot(d)) <= -0.1 * slope)
      assert.is_true(evaluations <= 21)
    end
  end)

  it('polyinterp finds the minimum of a cubic', function()
    local function f(x) return x ^ 3 - 3 * x, 3 * x ^ 2 - 3 end -- least at 1
    local function point(x) return {x, f(x)} end
    assert.near(1, optim.polyinterp {point(0), point(3)}, 1e-12)
    assert.near(1, optim.polyinterp(torch.Tensor {point(3), point(0)}), 1e-12)
    assert.near(1, (optim.polyinterp({point(-0.5), point(0.25)}, 0.3, 5)), 1e-12)
    assert.near(-7, (optim.polyinterp({point(-0.5), point(0.25)}, -7, 5)), 1e-12)
    assert.near(0.5, (optim.polyinterp({point(-0.5), point(0.25)}, -1, 0.5)), 1e-12)
    assert.near(2, (optim.polyinterp({{0, 4, -4}, {1, 1, -2}}, 1, 5)), 1e-12) -- a parabola
    assert.near(1.5, optim.polyinterp {{1, 0, 3}, {2, 2, 3}}, 1e-12) -- none between them: the middle
    assert.has_error(function() optim.polyinterp {point(0)} end)
  end)
end)
