-- AdaGrad (Duchi et al. 2011), as Torch's optim.adagrad: steps over the root of the sum of squared gradients. One step:
-- evaluates feval at x, then changes x.
--   config: learningRate 1e-3, learningRateDecay 0, weightDecay 0
--   state (config when absent): evalCounter, paramVariance
-- Returns x and {f(x)}, the value before the step.
local step = require 'optim.step'

return function(feval, x, config, state)
  config = config or {}
  state = state or config
  local fx, gradient = step.evaluate(feval, x, config)
  local rate = step.decayed_rate(config, state, 1e-3)
  local variance = step.zeros(state, 'paramVariance', gradient)
  variance:addcmul(1, gradient, gradient)
  x:addcdiv(-rate, gradient, torch.sqrt(variance):add(1e-10))
  return x, {fx}
end
