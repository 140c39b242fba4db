-- RMSProp (Hinton 2012), as Torch's optim.rmsprop: steps over the root of a running mean of squared gradients. One
-- step: evaluates feval at x, then changes x.
--   config: learningRate 1e-2, alpha 0.99, epsilon 1e-8, initialMean 0, weightDecay 0
--   state (config when absent): m
-- Returns x and {f(x)}, the value before the step.
local step = require 'optim.step'

return function(feval, x, config, state)
  config = config or {}
  state = state or config
  local alpha = config.alpha or 0.99
  local fx, gradient = step.evaluate(feval, x, config)
  state.m = state.m or gradient.new():resizeAs(gradient):fill(config.initialMean or 0)
  state.m:mul(alpha):addcmul(1 - alpha, gradient, gradient)
  x:addcdiv(-(config.learningRate or 1e-2), gradient, torch.sqrt(state.m):add(config.epsilon or 1e-8))
  return x, {fx}
end
