-- Stochastic gradient descent, as Torch's optim.sgd. One step: evaluates feval at x, then changes x.
--   config: learningRate 1e-3, learningRateDecay 0, weightDecay 0, momentum 0, dampening = momentum, nesterov,
--           learningRates and weightDecays: tensors of factors, one for each element of x
--   state (config when absent): evalCounter, dfdx
-- Returns x and {f(x)}, the value before the step.
local step = require 'optim.step'

-- The running mean of gradients, or with nesterov the gradient and momentum times it.
local function with_momentum(config, state, gradient)
  local momentum = config.momentum
  local dampening = config.dampening or momentum
  if state.dfdx then
    state.dfdx:mul(momentum):add(1 - dampening, gradient)
  else
    state.dfdx = gradient:clone()
  end
  if config.nesterov then return gradient:add(momentum, state.dfdx) end
  return state.dfdx
end

return function(feval, x, config, state)
  config = config or {}
  state = state or config
  local momentum = config.momentum or 0
  if config.nesterov and (momentum <= 0 or (config.dampening or momentum) ~= 0) then
    error('optim.sgd: nesterov needs a momentum, and dampening = 0', 2)
  end
  local fx, gradient = step.evaluate(feval, x, config)
  if config.weightDecays then
    if (config.weightDecay or 0) ~= 0 then error('optim.sgd: weightDecay or weightDecays, not both', 2) end
    gradient:add(torch.cmul(x, config.weightDecays))
  end
  if momentum ~= 0 then gradient = with_momentum(config, state, gradient) end
  local rate = step.decayed_rate(config, state, 1e-3)
  if config.learningRates then gradient = torch.cmul(gradient, config.learningRates) end
  x:add(-rate, gradient)
  return x, {fx}
end
