-- nn.hessian: estimates of the diagonal of the Hessian by backward passes (LeCun et al. 1989). After
-- nn.hessian.enable() modules have initDiagHessianParameters(), updateDiagHessianInput(input, diagHessianOutput), which
-- fills and returns diagHessianInput, and accDiagHessianParameters(input, diagHessianOutput), which adds to
-- diagHessianWeight and diagHessianBias. In a layer linear in its weights they are its gradients, with inputs and
-- weights squared.
local M = {}

-- Runs f with the fields of replacement in place of the module's own.
local function with(module, replacement, f)
  local kept = {}
  for name, value in pairs(replacement) do kept[name], module[name] = module[name], value end
  f()
  for name in pairs(replacement) do module[name] = kept[name] end
end

local function buffer(module)
  module.diagHessianInput = module.diagHessianInput or module.gradInput.new()
  return module.diagHessianInput
end

local function define_linear(Class)
  function Class:initDiagHessianParameters()
    buffer(self)
    for parameter, name in pairs {weight = 'diagHessianWeight', bias = 'diagHessianBias'} do
      local value = self[parameter]
      if value then self[name] = (self[name] or value.new()):resizeAs(value):zero() end
    end
  end

  function Class:updateDiagHessianInput(input, diagHessianOutput)
    with(self, {gradInput = buffer(self), weight = torch.cmul(self.weight, self.weight)}, function()
      self.diagHessianInput = self:updateGradInput(input, diagHessianOutput)
    end)
    return self.diagHessianInput
  end

  function Class:accDiagHessianParameters(input, diagHessianOutput)
    local sums = {gradWeight = self.diagHessianWeight, gradBias = self.bias and self.diagHessianBias}
    with(self, sums, function() self:accGradParameters(torch.cmul(input, input), diagHessianOutput, 1) end)
  end
end

-- h y'^2: y' is the gradient for ones.
local function define_pointwise(Class)
  function Class:updateDiagHessianInput(input, diagHessianOutput)
    local ones = diagHessianOutput.new():resizeAs(diagHessianOutput):fill(1)
    with(self, {gradInput = buffer(self)}, function() self.diagHessianInput = self:updateGradInput(input, ones) end)
    return self.diagHessianInput:cmul(self.diagHessianInput):cmul(diagHessianOutput)
  end
end

-- Layers that only move elements pass second derivatives as they pass first ones.
local function define_moving(Class)
  function Class:updateDiagHessianInput(input, diagHessianOutput)
    with(self, {gradInput = buffer(self)}, function()
      self.diagHessianInput = self:updateGradInput(input, diagHessianOutput)
    end)
    return self.diagHessianInput
  end
end

local function define_chain(Class)
  function Class:initDiagHessianParameters()
    self:applyToModules(function(module) module:initDiagHessianParameters() end)
  end

  -- method(module, input of it, what comes from behind it), last module first.
  local function walk(self, input, diagHessianOutput, method)
    for i = #self.modules, 1, -1 do
      local module = self.modules[i]
      module[method](module, i > 1 and self.modules[i - 1].output or input, diagHessianOutput)
      diagHessianOutput = module.diagHessianInput
    end
    return diagHessianOutput
  end

  function Class:updateDiagHessianInput(input, diagHessianOutput)
    self.diagHessianInput = walk(self, input, diagHessianOutput, 'updateDiagHessianInput')
    return self.diagHessianInput
  end

  function Class:accDiagHessianParameters(input, diagHessianOutput)
    walk(self, input, diagHessianOutput, 'accDiagHessianParameters')
  end
end

local function define_none(Class)
  function Class:initDiagHessianParameters() end
  function Class:accDiagHessianParameters() end
  function Class:updateDiagHessianInput()
    error(torch.type(self) .. ' has no second derivatives', 2)
  end
end

-- All parameters, their gradients and their second derivatives as three vectors; call it in place of getParameters().
local function get_parameters(self)
  self:initDiagHessianParameters()
  local parameters, gradients = self:parameters()
  parameters, gradients = parameters or {}, gradients or {}
  local seconds = {}
  for _, module in ipairs(self:listModules()) do
    if not module.modules then
      for _, name in ipairs {'diagHessianWeight', 'diagHessianBias'} do seconds[#seconds + 1] = module[name] end
    end
  end
  return nn.Module.flatten(parameters), nn.Module.flatten(gradients), nn.Module.flatten(seconds)
end

function M.enable()
  define_none(nn.Module)
  define_chain(nn.Sequential)
  for _, name in ipairs {
    'Linear', 'SpatialConvolution', 'SpatialFullConvolution', 'SpatialConvolutionMap', 'SpatialFullConvolutionMap',
  } do
    define_linear(nn[name])
  end
  for _, name in ipairs {'Tanh', 'Sigmoid', 'Square', 'Sqrt', 'Threshold', 'HardTanh'} do define_pointwise(nn[name]) end
  for _, name in ipairs {'Reshape', 'View', 'Identity'} do define_moving(nn[name]) end
  nn.Module.getParameters = get_parameters
end

return M
