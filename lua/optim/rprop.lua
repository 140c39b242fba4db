-- Rprop without taking steps back (Riedmiller and Braun 1993), as Torch's optim.rprop: each number has a step of its
-- own, which grows while its slope keeps its sign and shrinks when that changes; then it rests once.
--   config: stepsize 0.1, etaplus 1.2, etaminus 0.5, stepsizemax 50, stepsizemin 1e-6, niter 1 (steps per call)
--   state (config when absent): stepsize, the steps, and delta, the last slopes
-- Returns x and the values before each step. Slopes whose sign changed become 0 in feval's gradient.
local function turn(state, gradient, c)
  local sign = torch.cmul(gradient, state.delta)
  local back, on = sign:lt(0), sign:gt(0)
  sign:fill(1):maskedFill(on, c.etaplus or 1.2):maskedFill(back, c.etaminus or 0.5)
  state.stepsize:cmul(sign):clamp(c.stepsizemin or 1e-6, c.stepsizemax or 50)
  gradient:maskedFill(back, 0)
end

return function(feval, x, config, state)
  config = config or {}
  state = state or config
  local values = {}
  for i = 1, config.niter or 1 do
    local fx, gradient = feval(x)
    if not state.delta then
      state.delta = gradient.new():resizeAs(gradient):zero()
      state.stepsize = gradient.new():resizeAs(gradient):fill(config.stepsize or 0.1)
    end
    turn(state, gradient, config)
    x:addcmul(-1, torch.sign(gradient), state.stepsize)
    state.delta:copy(gradient)
    values[i] = fx
  end
  return x, values
end
