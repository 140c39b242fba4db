-- L-BFGS (Nocedal 1980) as Torch's optim.lbfgs: two-loop recursion, no line search unless config.lineSearch is given.
--   config: maxIter 20, maxEval 1.25 maxIter, tolFun 1e-5, tolX 1e-9, nCorrection 100, learningRate 1, lineSearch,
--           lineSearchOptions, verbose
-- feval may return its gradient as a vector whatever the shape of x. Runs until a stop test holds; returns x, the list
-- of values and the number of evaluations. The history is made as it grows: pairs (y, s) of a direction and a step.
local function say(config, message)
  if config.verbose then print('<optim.lbfgs> ', message) end
end

-- The sum of absolute values: what Torch compares with tolFun and scales the first step by.
local function magnitude(t) return t:norm(1) end

-- Direction -H g by the two loops over the history; H0 = state.Hdiag.
local function direction(state, gradient)
  local pairs_, al = state.history, state.al
  local n = #pairs_
  local d = state.d
  d:mul(gradient, -1)
  for i = n, 1, -1 do
    al[i] = pairs_[i].s:dot(d) * pairs_[i].ro
    d:add(-al[i], pairs_[i].y)
  end
  d:mul(state.Hdiag)
  for i = 1, n do
    local beta = pairs_[i].y:dot(d) * pairs_[i].ro
    d:add(al[i] - beta, pairs_[i].s)
  end
  return d
end

-- Adds the pair of the last step to the history, reusing the oldest one when it is full.
local function remember(state, gradient, limit)
  local y = state.spare and state.spare.y or gradient.new():resizeAs(gradient)
  local s = state.spare and state.spare.s or gradient.new():resizeAs(gradient)
  state.spare = nil
  y:add(gradient, -1, state.g_old)
  s:mul(state.d, state.t)
  local ys = y:dot(s)
  if ys > 1e-10 then
    if #state.history == limit then state.spare = table.remove(state.history, 1) end
    table.insert(state.history, {y = y, s = s, ro = 1 / ys})
    state.Hdiag = ys / y:dot(y)
  else
    state.spare = {y = y, s = s}
  end
end

-- Why to stop after a step, or nil.
local function finished(config, state, gradient, f, evaluations, iteration)
  if iteration == config.maxIter then return 'reached max number of iterations' end
  if evaluations >= config.maxEval then return 'max nb of function evals' end
  if magnitude(gradient) <= config.tolFun then return 'optimality condition below tolFun' end
  if magnitude(state.d) * math.abs(state.t) <= config.tolX then return 'step size below tolX' end
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
    state.history, state.al = {}, {}
    state.d = gradient.new():resizeAs(gradient)
  end

  while iteration < c.maxIter do
    iteration = iteration + 1
    state.nIter = (state.nIter or 0) + 1
    if state.nIter == 1 then
      state.d:mul(gradient, -1)
      state.Hdiag = 1
    else
      remember(state, gradient, c.nCorrection)
      direction(state, gradient)
    end
    state.g_old = (state.g_old or gradient.new():resizeAs(gradient)):copy(gradient)
    state.f_old = f
    local slope = gradient:dot(state.d)
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
