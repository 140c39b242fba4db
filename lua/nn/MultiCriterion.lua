-- nn.MultiCriterion(): the weighted sum of criteria that get the same input and target.
local utils = require 'nn.utils'

local MultiCriterion, parent = torch.class('nn.MultiCriterion', 'nn.Criterion')

function MultiCriterion:__init()
  parent.__init(self)
  self.criterions, self.weights = {}, {}
end

-- weight = 1 by default.
function MultiCriterion:add(criterion, weight)
  self.criterions[#self.criterions + 1] = criterion
  self.weights[#self.criterions] = weight or 1
  return self
end

function MultiCriterion:updateOutput(input, target)
  self.output = 0
  for i, criterion in ipairs(self.criterions) do
    self.output = self.output + self.weights[i] * criterion:updateOutput(input, target)
  end
  return self.output
end

function MultiCriterion:updateGradInput(input, target)
  self.gradInput = utils.recursiveFill(utils.recursiveResizeAs(self.gradInput, input), 0)
  for i, criterion in ipairs(self.criterions) do
    utils.recursiveAdd(self.gradInput, self.weights[i], criterion:updateGradInput(input, target))
  end
  return self.gradInput
end
