-- L-BFGS (Nocedal 1980) as Torch's optim.lbfgs: two-loop recursion, no line search unless config.lineSearch is given.
--   config: maxIter 20, maxEval 1.25 maxIter, tolFun 1e-5, tolX 1e-9, nCorrection 100, learningRate 1, lineSearch,
--           lineSearchOptions, verbose
-- feval may return its gradient as a vector whatever the shape of x. Runs until a stop test holds; returns x, the list
-- of values and the number of evaluations.
local history = require 'optim.history'

local function say(config, message)
  if config.verbose then print('<optim.lbfgs> ', message) end
end

-- The sum of absolute values: what Torch compares with tolFun and scales the first step by.
local function magnitude(t) return t:norm(1) end

local function flat(t) return t:contiguous():view(t:nElement()) end

-- Sets state.d from the gradient; returns the slope along it.
local function direction(state, gradient)
  if state.nIter == 1 then
    state.d:mul(gradient, -1)
    state.Hdiag = 1
    return gradient:dot(state.d)
  end
  local past, g, d = state.history, flat(gradient), flat(state.d)
  past:remember(g, flat(state.g_old), d, state.t)
  state.Hdiag = past.Hdiag or state.Hdiag
  return past:direction(d, g, state.Hdiag)
end

-- Why to stop after a step, or nil.
local function finished(config, state, gradient, f, evaluations, iteration)
  if iteration == config.maxIter then return 'reached max number of iterations' end
  if evaluations >= config.maxEval then return 'max nb of function evals' end
  if config.tolFun >= 0 and magnitude(gradient) <= config.tolFun then return 'optimality condition below tolFun' end
  if config.tolX >= 0 and magnitude(state.d) * math.abs(state.t) <= config.tolX then return 'step size below tolX' end
  if math.abs(f - state.f_old) < config.tolX then return 'function value changing less than tolX' end
end

local function with_defaults(config)
  local c = setmetatable({}, {__index = config})
  c.maxIter = tonumber(config.maxIter) or 20
  c.maxEval = tonumber(config.maxEval) or c.maxIter * 1.25
  c.tolFun, c.tolX = config.tolFun or 1e-5, config.tolX or 1e-9
  c.nCorrection, c.learningRate = config.nCorrection or 100, config.learningRate or 1
  return c
end

return function(feval, x, config, state)
  config = config or {}
  state = state or config
  local c = with_defaults(config)
  local f, gradient = feval(x)
  local values, evaluations, iteration = {f}, 1, 0
  state.funcEval = (state.funcEval or 0) + 1
  if magnitude(gradient) <= c.tolFun then
    say(c, 'optimality condition below tolFun')
    return x, values
  end
  if not state.history then
    say(c, 'creating recyclable direction/step/history buffers')
    state.history = history.new(flat(gradient), c.nCorrection)
    state.d = gradient.new():resizeAs(gradient)
  end

  while iteration < c.maxIter do
    iteration = iteration + 1
    state.nIter = (state.nIter or 0) + 1
    local slope = direction(state, gradient)
    state.g_old = (state.g_old or gradient.new():resizeAs(gradient)):copy(gradient)
    state.f_old = f
    if slope > -c.tolX then break end
    state.t = state.nIter == 1 and math.min(1, 1 / magnitude(gradient)) * c.learningRate or c.learningRate

    local evaluated = 0
    if c.lineSearch then
      f, gradient, x, state.t, evaluated =
        c.lineSearch(feval, x, state.t, state.d, f, gradient, slope, c.lineSearchOptions)
      values[#values + 1] = f
    else
      x:add(state.t, state.d)
      if iteration ~= c.maxIter then
        f, gradient = feval(x)
        evaluated = 1
        values[#values + 1] = f
      end
    end
    evaluations = evaluations + evaluated
    state.funcEval = state.funcEval + evaluated
    local reason = finished(c, state, gradient, f, evaluations, iteration)
    if reason then
      say(c, reason)
      break
    end
  end
  return x, values, evaluations
end
