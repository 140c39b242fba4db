-- Adam (Kingma and Ba 2014), as Torch's optim.adam. One step: evaluates feval at x, then changes x.
--   config: learningRate 1e-3, learningRateDecay 0, beta1 0.9, beta2 0.999, epsilon 1e-8, weightDecay 0
--   state (config when absent): t, m, v, denom
-- Returns x and {f(x)}, the value before the step.
return function(feval, x, config, state)
  config = config or {}
  state = state or config
  local beta1, beta2 = config.beta1 or 0.9, config.beta2 or 0.999
  local decay = config.weightDecay or 0
  local fx, gradient = feval(x)
  if decay ~= 0 then gradient:add(decay, x) end

  state.t = (state.t or 0) + 1
  state.m = state.m or x.new(gradient:size()):zero()
  state.v = state.v or x.new(gradient:size()):zero()
  state.denom = state.denom or x.new(gradient:size()):zero()
  state.m:mul(beta1):add(1 - beta1, gradient)
  state.v:mul(beta2):addcmul(1 - beta2, gradient, gradient)
  state.denom:copy(state.v):sqrt():add(config.epsilon or 1e-8)

  local rate = (config.learningRate or 1e-3) / (1 + (state.t - 1) * (config.learningRateDecay or 0))
  local step = rate * math.sqrt(1 - beta2 ^ state.t) / (1 - beta1 ^ state.t)
  x:addcdiv(-step, state.m, state.denom)
  return x, {fx}
end
