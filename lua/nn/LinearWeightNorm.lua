-- nn.LinearWeightNorm(inputSize, outputSize [, bias = true [, eps = 1e-16]]): nn.Linear with normalised weights: length
-- g and direction v of each row are learned in their place.
local layer = require 'nn.layer'
local weight_norm = require 'nn.weight_norm'

local LinearWeightNorm, parent = torch.class('nn.LinearWeightNorm', 'nn.Linear')

function LinearWeightNorm:__init(inputSize, outputSize, bias, eps)
  self.eps = eps or 1e-16
  self.inputSize, self.outputSize = inputSize, outputSize
  self.v, self.gradV = torch.Tensor(outputSize, inputSize), torch.zeros(outputSize, inputSize)
  self.g, self.gradG = torch.Tensor(outputSize, 1), torch.zeros(outputSize, 1)
  parent.__init(self, inputSize, outputSize, bias)
  layer.make_gradients(self)
end

-- Length and direction of a weight, by default the present one.
function LinearWeightNorm:initFromWeight(weight)
  self.v:copy(weight or self.weight)
  self.g:copy(self.v:norm(2, 2)):cmax(self.eps)
  return self
end

function LinearWeightNorm:reset(stdv)
  parent.reset(self, stdv)
  return self:initFromWeight()
end

function LinearWeightNorm.fromLinear(linear)
  local w = linear.weight
  local module = nn.LinearWeightNorm(w:size(2), w:size(1), linear.bias ~= nil)
  module.weight:copy(w)
  if linear.bias then module.bias:copy(linear.bias) end
  return module:initFromWeight()
end

function LinearWeightNorm:toLinear()
  self:updateWeightMatrix()
  local linear = nn.Linear(self.inputSize, self.outputSize, self.bias ~= nil)
  linear.weight:copy(self.weight)
  if self.bias then linear.bias:copy(self.bias) end
  return linear
end

function LinearWeightNorm:updateWeightMatrix()
  self.weight:copy(weight_norm.rows(self.v, self.g, weight_norm.norms(self.v, self.eps)))
end

function LinearWeightNorm:parameters()
  if not self.bias then return {self.v, self.g}, {self.gradV, self.gradG} end
  layer.make_gradients(self)
  return {self.v, self.g, self.bias}, {self.gradV, self.gradG, self.gradBias}
end

function LinearWeightNorm:evaluate()
  if self.train ~= false then self:updateWeightMatrix() end
  parent.evaluate(self)
end

function LinearWeightNorm:updateOutput(input)
  if self.train ~= false then self:updateWeightMatrix() end
  return parent.updateOutput(self, input)
end

function LinearWeightNorm:accGradParameters(input, gradOutput, scale)
  self.gradWeight = (self.gradWeight or self.weight.new()):resizeAs(self.weight):zero()
  parent.accGradParameters(self, input, gradOutput, scale)
  local of_v, of_g = weight_norm.gradients(self.v, self.g, weight_norm.norms(self.v, self.eps), self.gradWeight)
  self.gradV:add(of_v)
  self.gradG:add(of_g)
end

function LinearWeightNorm:defaultAccUpdateGradParameters(input, gradOutput, lr)
  self:zeroGradParameters()
  self:accGradParameters(input, gradOutput, 1)
  self:updateParameters(lr)
end
