-- nn.WeightedMSECriterion(weight): nn.MSECriterion of the input and weight * target.
local broadcast = require 'nn.broadcast'

local WeightedMSECriterion, parent = torch.class('nn.WeightedMSECriterion', 'nn.MSECriterion')

function WeightedMSECriterion:__init(weight)
  parent.__init(self)
  self.weight = weight:clone()
end

local function weighted(self, target)
  return torch.cmul(target, broadcast.fitted(self.weight, target):expandAs(target))
end

function WeightedMSECriterion:updateOutput(input, target)
  return parent.updateOutput(self, input, weighted(self, target))
end

function WeightedMSECriterion:updateGradInput(input, target)
  return parent.updateGradInput(self, input, weighted(self, target))
end
