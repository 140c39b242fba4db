-- Nesterov's accelerated gradient (Sutskever et al. 2013), as Torch's optim.nag: the gradient is taken where the
-- momentum leads. One step: changes x, where feval sees it moved.
--   config: learningRate 1e-3, learningRateDecay 0, weightDecay 0, momentum 0.9, dampening = momentum, learningRates: a
--           tensor of factors, one for each element of x
--   state (config when absent): evalCounter, dfdx
-- Returns x and {the value where the gradient was taken}.
local step = require 'optim.step'

return function(feval, x, config, state)
  config = config or {}
  state = state or config
  local momentum = config.momentum or 0.9
  local dampening = config.dampening or momentum
  if momentum <= 0 then error('optim.nag: the momentum must be positive', 2) end
  if state.dfdx then x:add(momentum, state.dfdx) end
  local fx, gradient = step.evaluate(feval, x, config)
  local rate = step.decayed_rate(config, state, 1e-3)
  if state.dfdx then
    state.dfdx:mul(momentum)
  else
    step.zeros(state, 'dfdx', gradient)
  end
  if config.learningRates then gradient = torch.cmul(gradient, config.learningRates) end
  x:add(-rate, gradient)
  state.dfdx:add(-rate, gradient)
  return x, {fx}
end
