-- AdaDelta (Zeiler 2012), as Torch's optim.adadelta: no learning rate; the root of the mean squared step over that of
-- the mean squared gradient. One step: evaluates feval at x, then changes x.
--   config: rho 0.9, eps 1e-6, weightDecay 0
--   state (config when absent): evalCounter, paramVariance, accDelta
-- Returns x and {f(x)}, the value before the step.
local step = require 'optim.step'

return function(feval, x, config, state)
  config = config or {}
  state = state or config
  local rho, eps = config.rho or 0.9, config.eps or 1e-6
  local fx, gradient = step.evaluate(feval, x, config)
  state.evalCounter = (state.evalCounter or 0) + 1
  local variance, steps = step.zeros(state, 'paramVariance', gradient), step.zeros(state, 'accDelta', gradient)
  variance:mul(rho):addcmul(1 - rho, gradient, gradient)
  local delta = torch.add(steps, eps):sqrt():cdiv(torch.add(variance, eps):sqrt()):cmul(gradient)
  x:add(-1, delta)
  steps:mul(rho):addcmul(1 - rho, delta, delta)
  return x, {fx}
end
