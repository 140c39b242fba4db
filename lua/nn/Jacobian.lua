-- nn.Jacobian: checks of a module's derivatives against central differences, as tests of layers use them. A Jacobian
-- has a row for each element of the input (or parameter) and a column for each of the output. Modules should be double.
local M = {}

-- A contiguous tensor's elements as a vector that shares them.
local function flat(t) return t:view(-1) end

local function like(t) return t.new(t:size()) end

-- Overwrites t with numbers in [low, high).
local function randomise(t, low, high)
  low, high = low or -2, high or 2
  return t:copy(torch.rand(t:nElement()):mul(high - low):add(low))
end

local function difference(a, b) return (a - b):abs():max() end

local function refresh(module, input, gradOutput)
  module:zeroGradParameters()
  local gradInput = module:updateGradInput(input, gradOutput)
  module:accGradParameters(input, gradOutput)
  return gradInput
end

-- Calls column(i, gradOutput) with a gradOutput that is 1 at element i and 0 elsewhere, for each element of the output.
local function each_output(module, input, column)
  local gradOutput = like(module:forward(input))
  for i = 1, gradOutput:nElement() do
    flat(gradOutput:zero())[i] = 1
    column(i, gradOutput)
  end
end

-- By backward: for the input, or for the parameter whose gradient is dparam.
function M.backward(module, input, param, dparam)
  local rows, columns = (param or input):nElement(), module:forward(input):nElement()
  local jacobian = torch.Tensor(rows, columns):zero()
  each_output(module, input, function(i, gradOutput)
    local gradInput = refresh(module, input, gradOutput)
    jacobian:select(2, i):copy(param and dparam or gradInput)
  end)
  return jacobian
end

-- What each output's update with learning rate 1 makes of param.
function M.backwardUpdate(module, input, param)
  local parameters, kept = module:parameters(), {}
  for i, parameter in ipairs(parameters) do kept[i] = parameter:clone() end
  local function restore()
    for i, parameter in ipairs(parameters) do parameter:copy(kept[i]) end
  end
  local result = torch.Tensor(param:nElement(), module:forward(input):nElement()):zero()
  each_output(module, input, function(i, gradOutput)
    restore()
    module:updateGradInput(input, gradOutput)
    module:accUpdateGradParameters(input, gradOutput, 1)
    result:select(2, i):copy(param)
  end)
  restore()
  return result
end

-- By central differences, for the input or param, which is changed meanwhile.
function M.forward(module, input, param, perturbation)
  param, perturbation = param or input, perturbation or 1e-6
  local values = param:isContiguous() and flat(param) or error('nn.Jacobian.forward: not contiguous', 2)
  local jacobian = torch.Tensor(values:nElement(), module:forward(input):nElement())
  for i = 1, values:nElement() do
    local here, row = values[i], jacobian:select(1, i)
    values[i] = here + perturbation
    row:copy(module:forward(input))
    values[i] = here - perturbation
    row:add(-1, torch.Tensor(row:size()):copy(module:forward(input))):div(2 * perturbation)
    values[i] = here
  end
  return jacobian
end

-- What backwardUpdate should give, by central differences.
function M.forwardUpdate(module, input, param, perturbation)
  local jacobian = M.forward(module, input, param, perturbation)
  local start = torch.Tensor(param:nElement(), 1):copy(param)
  return jacobian:mul(-1):add(start:expandAs(jacobian))
end

-- ---- checks: each returns the largest absolute error, at random inputs and parameters in [minval, maxval) ----

function M.testJacobian(module, input, minval, maxval, perturbation)
  randomise(input, minval, maxval)
  local numeric = M.forward(module, input, input, perturbation)
  return difference(numeric, M.backward(module, input))
end

function M.testJacobianParameters(module, input, param, dparam, minval, maxval, perturbation)
  randomise(input, minval, maxval)
  randomise(param, minval, maxval)
  local backward = M.backward(module, input, param, dparam)
  return difference(M.forward(module, input, param, perturbation), backward)
end

function M.testJacobianUpdateParameters(module, input, param, minval, maxval, perturbation)
  randomise(input, minval, maxval)
  randomise(param, minval, maxval)
  local backward = M.backwardUpdate(module, input, param)
  return difference(M.forwardUpdate(module, input, param, perturbation), backward)
end

-- Output and gradient of a module before and after it went through a file.
function M.testIO(module, input, minval, maxval)
  local copy = input:clone()
  local gradOutput = randomise(like(module:forward(input)), minval, maxval)
  refresh(module, input, gradOutput)
  local output, gradInput = module.output:clone(), module.gradInput:clone()

  local name = os.tmpname()
  if module:clearState() ~= module then error(torch.type(module) .. ':clearState() must return the module', 2) end
  local file = torch.DiskFile(name, 'w'):binary()
  file:writeObject(module)
  file:close()
  file = torch.DiskFile(name):binary()
  local read = file:readObject()
  file:close()
  os.remove(name)

  read:forward(copy)
  refresh(read, copy, gradOutput)
  local none = gradInput:nElement() == 0
  return difference(output, read.output), none and 0 or difference(gradInput, read.gradInput)
end

-- Forward and gradInput of each module, then step(module) for each.
local function run(modules, input, gradOutput, step)
  for _, module in ipairs(modules) do module:forward(input) end
  for _, module in ipairs(modules) do module:updateGradInput(input, gradOutput) end
  for _, module in ipairs(modules) do step(module) end
end

-- Two clones that share the named parameter.
local function sharing(module, weight)
  local one, other = module:clone(), module:clone()
  other:share(one, weight)
  return {one, other}
end

-- The ways to step a parameter, alone and shared by two modules, against w - lr g: a table of errors.
function M.testAllUpdate(module, input, weight, gradWeight)
  local lr, errors = torch.uniform(0.1, 1), {}
  local gradOutput = torch.rand(module:forward(input):size())
  local function update(m) m:accUpdateGradParameters(input, gradOutput, lr) end
  local function accumulate(m) m:accGradParameters(input, gradOutput) end

  local plain, direct = module:clone(), module:clone()
  plain:zeroGradParameters()
  run({plain}, input, gradOutput, accumulate)
  local gradient, start = plain[gradWeight]:clone(), module[weight]:clone()
  plain:updateParameters(lr)
  local function far(m, times) return (start - gradient * (lr * times) - m[weight]):norm() end
  errors['accGradParameters'] = far(plain, 1)
  run({direct}, input, gradOutput, update)
  errors['accUpdateGradParameters'] = far(direct, 1)

  local pair = sharing(module, weight)
  for _, m in ipairs(pair) do m:zeroGradParameters() end
  run(pair, input, gradOutput, accumulate)
  for _, m in ipairs(pair) do m:updateParameters(lr) end
  errors['accGradParameters [shared]'] = far(pair[1], 2) + far(pair[2], 2)
  pair = sharing(module, weight)
  run(pair, input, gradOutput, update)
  errors['accUpdateGradParameters [shared]'] = far(pair[1], 2) + far(pair[2], 2)
  return errors
end

-- ---- second derivatives: see nn.hessian ----

-- For the half sum of squared outputs of a module linear in what `name` belongs to: the sum over outputs of squared
-- first derivatives.
function M.linearModuleDiagHessian(module, input, name)
  local sum
  each_output(module, input, function(_, gradOutput)
    refresh(module, input, gradOutput)
    sum = sum or module[name].new():resizeAs(module[name]):zero()
    sum:addcmul(module[name], module[name])
  end)
  return sum
end

function M.backwardDiagHessian(module, input, name)
  local ones = like(module:forward(input)):fill(1)
  if module.diagHessianWeight then module.diagHessianWeight:zero() end
  if module.diagHessianBias then module.diagHessianBias:zero() end
  module:updateDiagHessianInput(input, ones)
  module:accDiagHessianParameters(input, ones)
  return module[name]
end

function M.testDiagHessian(module, input, gradient, name, minval, maxval)
  randomise(input, minval, maxval)
  module:initDiagHessianParameters()
  local backward = M.backwardDiagHessian(module, input, name):clone()
  return difference(backward, M.linearModuleDiagHessian(module, input, gradient))
end

for suffix, gradient in pairs {Input = 'gradInput', Weight = 'gradWeight', Bias = 'gradBias'} do
  M['testDiagHessian' .. suffix] = function(module, input, minval, maxval)
    return M.testDiagHessian(module, input, gradient, 'diagHessian' .. suffix, minval, maxval)
  end
end

return M
