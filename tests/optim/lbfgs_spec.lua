-- optim.lbfgs: traces recorded from Torch, stop tests, shapes and types, memory.
require 'optim'
local helper = require 'helper'
local quiet = require 'quiet'
local heap = require 'pen.heap'
local pen = require 'pen.ffi'
local rosenbrock = require 'optim.rosenbrock'

local function run(config, x)
  local feval, calls = rosenbrock.recorder()
  local result, values, evaluations = optim.lbfgs(feval, x, config)
  return {x = result, values = values, evaluations = evaluations, calls = calls}
end

-- A bowl: f = sum of w x^2 / 2, whose gradient is a vector whatever the shape of x.
local function bowl(x, calls)
  return function(at)
    if calls then calls[#calls + 1] = at:clone() end
    local n = at:nElement()
    local gradient = at:clone():view(n)
    for i = 1, n do gradient[i] = gradient[i] * (1 + i % 3) end
    return gradient:dot(at:clone():view(n)) / 2, gradient
  end, x
end

describe('optim.lbfgs', function()
  describe('repeats what Torch did:', function()
    -- Rounding grows along the valley: with a history of three, another order of the sums shows after 30 evaluations.
    local function repeats(name, n, config, compared)
      it(name, function()
        if not helper.have_shared() then return pending('no golden data in ' .. helper.shared) end
        local function golden(what)
          return helper.npy_tensor(('%s/golden/prim/lbfgs_%s_%s.npy'):format(helper.shared, name, what))
        end
        local function close(expected, value, what)
          assert.is_true(math.abs(expected - value) <= 1e-9 * math.max(1, math.abs(expected)),
            ('%s: expected %.17g, got %.17g'):format(what, expected, value))
        end
        local got = run(config, rosenbrock.start(n))
        local x, g, f = golden('x_evals'), golden('g_evals'), golden('f_evals')
        assert.are.equal(x:size(1), #got.calls)
        assert.are.equal(x:size(1), got.evaluations)
        for i = 1, compared or #got.calls do
          local call = got.calls[i]
          close(f[i], call.f, 'f of evaluation ' .. i)
          close(f[i], got.values[i], 'value ' .. i)
          for k = 1, n do
            close(x[i][k], call.x[k], ('x[%d] of evaluation %d'):format(k, i))
            close(g[i][k], call.g[k], ('g[%d] of evaluation %d'):format(k, i))
          end
        end
        local last = golden('x_end')
        for k = 1, compared and 0 or n do close(last[k], got.x[k], 'last x') end
      end)
    end
    for _, n in ipairs {2, 5} do
      repeats(('rosen%d_default'):format(n), n, {maxIter = 30})
      repeats(('rosen%d_lr0.1_tol-1'):format(n), n, {maxIter = 30, learningRate = 0.1, tolX = -1, tolFun = -1})
      repeats(('rosen%d_default_ncorr3'):format(n), n, {maxIter = 60, nCorrection = 3}, 30)
    end
  end)

  it('finds the minimum', function()
    local got = run({maxIter = 100}, rosenbrock.start(2))
    assert.is_true(math.abs(got.x[1] - 1) < 1e-2 and math.abs(got.x[2] - 1) < 1e-2)
  end)

  it('changes x in place and returns it', function()
    local x = rosenbrock.start(2)
    assert.are.equal(x, run({maxIter = 3}, x).x)
    assert.are_not.equal(-1.2, x[1])
  end)

  it('evaluates maxIter times, and not at the last x', function()
    for _, n in ipairs {1, 2, 7} do
      local got = run({maxIter = n, tolX = -1, tolFun = -1}, rosenbrock.start(2))
      assert.are.equal(n, #got.calls)
      assert.are.equal(n, got.evaluations)
      assert.are.equal(n, #got.values)
      assert.is_true((got.x - got.calls[n].x):abs():max() > 0)
    end
    assert.are.equal(20, #run({tolX = -1, tolFun = -1}, rosenbrock.start(2)).calls)
  end)

  it('goes on where it stopped when called again with the same state', function()
    local once, config, x = run({maxIter = 9, tolX = -1, tolFun = -1}, rosenbrock.start(2)), {}, rosenbrock.start(2)
    config.maxIter, config.tolX, config.tolFun = 4, -1, -1
    run(config, x)
    assert.are.equal(4, config.nIter)
    assert.are.equal(4, config.funcEval)
    config.maxIter = 5
    run(config, x)
    assert.are.equal(9, config.nIter)
    for k = 1, 2 do assert.are.equal(once.x[k], x[k]) end
  end)

  it('keeps state apart from config when asked', function()
    local config, state = {maxIter = 3}, {}
    optim.lbfgs(rosenbrock.evaluate, rosenbrock.start(2), config, state)
    assert.are.same({maxIter = 3}, config)
    assert.are.equal(3, state.nIter)
  end)

  describe('stops', function()
    local first = '<optim.lbfgs> \tcreating recyclable direction/step/history buffers\n'

    -- Runs verbosely; expects these messages and this number of evaluations.
    local function stops(name, config, make, message, evaluations)
      it(name, function()
        local calls
        config.verbose = true
        local printed = quiet.captured(function() calls = run(config, make()).calls end)
        assert.are.equal(message, printed)
        if evaluations then assert.are.equal(evaluations, #calls) end
      end)
    end
    local function start() return rosenbrock.start(2) end
    local function end_of(reason) return first .. '<optim.lbfgs> \t' .. reason .. '\n' end

    stops('at once at a minimum', {}, function() return torch.ones(2) end,
      '<optim.lbfgs> \toptimality condition below tolFun\n', 1)
    stops('after maxIter', {maxIter = 5}, start, end_of('reached max number of iterations'), 5)
    stops('after maxEval', {maxIter = 50, maxEval = 6}, start, end_of('max nb of function evals'), 6)
    stops('where the gradient is small', {maxIter = 200, tolX = 0}, start,
      end_of('optimality condition below tolFun'))
    stops('where steps are small', {maxIter = 200, tolFun = -1, tolX = 1e3}, start, end_of('step size below tolX'), 2)
    stops('for maxIter rather than for maxEval', {maxIter = 1, maxEval = 1}, start,
      end_of('reached max number of iterations'), 1)
    local function far() return rosenbrock.start(5) end -- sums of |g|: 2895, then 1694
    stops('for maxEval rather than for tolFun', {maxIter = 3, maxEval = 2, tolFun = 2000}, far,
      end_of('max nb of function evals'), 2)
    stops('for tolFun rather than for tolX', {maxIter = 3, tolFun = 2000, tolX = 2000}, far,
      end_of('optimality condition below tolFun'), 2)
    it('where values change little', function()
      local printed = quiet.captured(function()
        local f, g = 0, torch.Tensor {10, 10}
        optim.lbfgs(function() f = f + 1e-12 return f, g:mul(0.9):clone() end, torch.zeros(2),
          {verbose = true, maxIter = 50})
      end)
      assert.are.equal(end_of('function value changing less than tolX'), printed)
    end)
    it('without a word when nobody asked', function()
      assert.are.equal('', quiet.captured(function() run({maxIter = 3}, rosenbrock.start(2)) end))
    end)
  end)

  for _, type_name in ipairs {'DoubleTensor', 'FloatTensor', 'CudaTensor'} do
    it('takes a picture and a gradient vector: ' .. type_name, function()
      local number, calls = helper.numbers(3), {}
      local x = torch.FloatTensor(3, 4, 5):apply(function() return number(-1, 1) end):type('torch.' .. type_name)
      local before, feval = x:norm(), bowl(x, calls)
      local result = optim.lbfgs(feval, x, {maxIter = 15})
      assert.are.equal('torch.' .. type_name, torch.type(result))
      assert.are.same({3, 4, 5}, result:size():totable())
      assert.are.same({3, 4, 5}, calls[1]:size():totable())
      assert.is_true(result:norm() < 1e-3 * before)
    end)
  end

  it('allocates nothing once its history is full', function()
    local n = 50
    local x, gradient = torch.FloatTensor(n):fill(1), torch.FloatTensor(n)
    local weights = torch.FloatTensor(n)
    for i = 1, n do weights[i] = 1 + i / 7 end
    local state, counts = {}, {}
    optim.lbfgs(function(at)
      gradient:cmul(at, weights)
      local value = gradient:dot(at) / 2
      counts[#counts + 1] = select(3, heap.bytes(pen.cpu))
      return value, gradient
    end, x, {maxIter = 30, nCorrection = 4, tolX = -1, tolFun = -1, learningRate = 0.01}, state)
    assert.are.equal(4, #state.history.order)
    assert.are.equal(30, #counts)
    assert.are.equal(counts[10], counts[30])
    assert.is_true(counts[2] > counts[1]) -- it is storages that are counted
  end)

  it('is the two loops of Nocedal, one pair after the other', function()
    local number, n, limit = helper.numbers(11), 40, 5
    local weights = torch.Tensor(n):apply(function() return number(0.5, 4) end)
    local x, points, gradients = torch.Tensor(n):apply(function() return number(-1, 1) end), {}, {}
    optim.lbfgs(function(at)
      local g = torch.cmul(at, weights)
      points[#points + 1], gradients[#gradients + 1] = at:clone(), g
      return g:dot(at) / 2, g
    end, x, {maxIter = 12, nCorrection = limit, tolX = -1, tolFun = -1, learningRate = 0.3})
    local function step(k) return points[k + 1] - points[k], gradients[k + 1] - gradients[k] end
    for k = 2, #points - 1 do
      local q, al, first = -gradients[k], {}, math.max(1, k - limit)
      for i = k - 1, first, -1 do
        local s, y = step(i)
        al[i] = s:dot(q) / y:dot(s)
        q:add(-al[i], y)
      end
      local s, y = step(k - 1)
      q:mul(y:dot(s) / y:dot(y))
      for i = first, k - 1 do
        s, y = step(i)
        q:add(al[i] - y:dot(q) / y:dot(s), s)
      end
      local moved = points[k + 1] - points[k]
      assert.is_true((moved - q * 0.3):norm() <= 1e-9 * moved:norm(), 'step ' .. k)
    end
  end)

  it('leaves steps to a line search', function()
    local seen = {}
    local function halve(feval, x, t, d, f, g, slope, options)
      seen[#seen + 1] = {f = f, slope = slope, gd = g:dot(d), options = options}
      local start, value, gradient = x:clone(), nil, nil
      for tries = 1, 30 do
        x:copy(start):add(t, d)
        value, gradient = feval(x)
        if value <= f + 1e-4 * t * slope then return value, gradient, x, t, tries end
        t = t / 2
      end
      error('no step')
    end
    local config = {maxIter = 60, lineSearch = halve, lineSearchOptions = {'mine'}, maxEval = 1000}
    local got = run(config, rosenbrock.start(2))
    assert.is_true((got.x - 1):abs():max() < 1e-4)
    assert.are.equal(#got.calls, got.evaluations)
    assert.are.equal(#got.calls, config.funcEval)
    assert.are.equal(#seen + 1, #got.values)
    assert.are.equal('mine', seen[1].options[1])
    for i, call in ipairs(seen) do
      assert.is_true(call.slope < 0 and math.abs(call.slope - call.gd) <= 1e-12 * math.abs(call.gd))
      assert.are.equal(got.values[i], call.f)
    end
    for i = 2, #got.values do assert.is_true(got.values[i] <= got.values[i - 1]) end
  end)
end)
