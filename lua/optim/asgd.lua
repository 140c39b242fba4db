-- Averaged stochastic gradient descent (Polyak and Juditsky 1992, with Bottou's rates), as Torch's optim.asgd. Step t:
-- x = (1 - lambda eta) x - eta f'(x) with eta = eta0 / (1 + lambda eta0 t)^alpha; the average follows x until step t0.
--   config: eta0 1e-4, lambda 1e-4, alpha 0.75, t0 1e6
--   state (config when absent): t, eta_t, mu_t (the weight of x in the average), ax
-- Returns x, {f(x)}, the value before the step, and the average.
return function(feval, x, config, state)
  config = config or {}
  state = state or config
  local eta0, lambda = config.eta0 or 1e-4, config.lambda or 1e-4
  local eta, mu = state.eta_t or eta0, state.mu_t or 1
  local fx, gradient = feval(x)
  x:mul(1 - lambda * eta):add(-eta, gradient)
  state.ax = (state.ax or x.new()):resizeAs(x)
  if mu == 1 then state.ax:copy(x) else state.ax:mul(1 - mu):add(mu, x) end
  state.t = (state.t or 0) + 1
  state.eta_t = eta0 / (1 + lambda * eta0 * state.t) ^ (config.alpha or 0.75)
  state.mu_t = 1 / math.max(1, state.t - (config.t0 or 1e6))
  return x, {fx}, state.ax
end
