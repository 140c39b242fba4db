-- AdaMax (Kingma and Ba 2014), as Torch's optim.adamax: Adam with the largest recent gradient for its root mean square.
-- One step: evaluates feval at x, then changes x.
--   config: learningRate 0.002, beta1 0.9, beta2 0.999, epsilon 1e-38, weightDecay 0
--   state (config when absent): t, m, u
-- Returns x and {f(x)}, the value before the step.
local step = require 'optim.step'

return function(feval, x, config, state)
  config = config or {}
  state = state or config
  local beta1, beta2 = config.beta1 or 0.9, config.beta2 or 0.999
  local fx, gradient = step.evaluate(feval, x, config)
  state.t = (state.t or 0) + 1
  local m, u = step.zeros(state, 'm', gradient), step.zeros(state, 'u', gradient)
  m:mul(beta1):add(1 - beta1, gradient)
  u:mul(beta2):cmax(torch.abs(gradient):add(config.epsilon or 1e-38))
  x:addcdiv(-(config.learningRate or 0.002) / (1 - beta1 ^ state.t), m, u)
  return x, {fx}
end
