-- What the methods that take one step per call share.
local M = {}

-- A tensor of zeros like gradient, kept in state under this name.
function M.zeros(state, name, gradient)
  state[name] = state[name] or gradient.new():resizeAs(gradient):zero()
  return state[name]
end

-- feval(x), with weightDecay times x added to the gradient.
function M.evaluate(feval, x, config)
  local fx, gradient = feval(x)
  local decay = config.weightDecay or 0
  if decay ~= 0 then gradient:add(decay, x) end
  return fx, gradient
end

-- The learning rate after state.evalCounter earlier steps, of which this is one more.
function M.decayed_rate(config, state, default)
  local earlier = state.evalCounter or 0
  state.evalCounter = earlier + 1
  return (config.learningRate or default) / (1 + earlier * (config.learningRateDecay or 0))
end

return M
