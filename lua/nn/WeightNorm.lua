-- nn.WeightNorm(module [, outputDim = 1]): a module whose weight is normalised: length g and direction v of the weights
-- of each output, which are outputDim's positions, are learned in its place.
local weight_norm = require 'nn.weight_norm'

local WeightNorm, parent = torch.class('nn.WeightNorm', 'nn.Decorator')

local eps = 1e-4

-- Dimension d moved to the front, and back.
local function to_front(t, d)
  for i = d - 1, 1, -1 do t = t:transpose(i, i + 1) end
  return t
end
local function from_front(t, d)
  for i = 1, d - 1 do t = t:transpose(i, i + 1) end
  return t
end

function WeightNorm:__init(module, outputDim)
  parent.__init(self, module)
  if not module.weight then error('nn.WeightNorm needs a module with a weight', 3) end
  module:parameters() -- so that there are gradients
  for _, name in ipairs {'weight', 'gradWeight', 'bias', 'gradBias'} do self[name] = module[name] end
  self.outputDim = outputDim or 1
  local n = self.weight:size(self.outputDim)
  self.v = torch.Tensor(n, self.weight:nElement() / n)
  self.g, self.gradG, self.gradV = torch.Tensor(n, 1), torch.zeros(n, 1), torch.zeros(self.v:size())
  self:resetInit()
end

function WeightNorm:resetInit()
  self.v:normal(0, math.sqrt(2 / self.v:size(2)))
  self.g:copy(self.v:norm(2, 2))
  if self.bias then self.bias:zero() end
end

-- The module's weight, from v and g.
function WeightNorm:updateWeight()
  local rows = weight_norm.rows(self.v, self.g, weight_norm.norms(self.v, eps))
  local weight = self.modules[1].weight
  weight:copy(from_front(rows:view(to_front(weight, self.outputDim):size()), self.outputDim))
end

function WeightNorm:evaluate()
  if self.train ~= false then self:updateWeight() end
  parent.evaluate(self)
end

function WeightNorm:updateOutput(input)
  if self.train ~= false then self:updateWeight() end
  return parent.updateOutput(self, input)
end

-- The gradients of v and g are those of all that gradWeight has gathered.
function WeightNorm:accGradParameters(input, gradOutput, scale)
  local module = self.modules[1]
  module:accGradParameters(input, gradOutput, scale)
  local rows = to_front(module.gradWeight, self.outputDim):contiguous():viewAs(self.v)
  local of_v, of_g = weight_norm.gradients(self.v, self.g, weight_norm.norms(self.v, eps), rows)
  self.gradV:copy(of_v)
  self.gradG:copy(of_g)
end

function WeightNorm:accUpdateGradParameters()
  error('nn.WeightNorm cannot step while it goes back: use updateParameters', 2)
end

function WeightNorm:parameters()
  local module = self.modules[1]
  if not module.bias then return {self.v, self.g}, {self.gradV, self.gradG} end
  return {self.v, self.g, module.bias}, {self.gradV, self.gradG, module.gradBias}
end

function WeightNorm:zeroGradParameters()
  self.modules[1]:zeroGradParameters()
  self.gradV:zero()
  self.gradG:zero()
end

WeightNorm.updateParameters = nn.Module.updateParameters

-- Torch's files leave out the weight that v and g make.
function WeightNorm:read(file)
  parent.read(self, file)
  if self.weight then return end
  local module = self.modules[1]
  module.weight, module.gradWeight = self.v.new(self.weightSize), self.v.new(self.weightSize):zero()
  self.weight, self.gradWeight = module.weight, module.gradWeight
  self:updateWeight()
end
