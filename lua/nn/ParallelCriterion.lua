-- nn.ParallelCriterion([repeatTarget]): the weighted sum of criteria, the i-th of input[i] and target[i], or of
-- input[i] and the whole target if repeatTarget.
local utils = require 'nn.utils'

local ParallelCriterion, parent = torch.class('nn.ParallelCriterion', 'nn.Criterion')

function ParallelCriterion:__init(repeatTarget)
  parent.__init(self)
  self.criterions, self.weights, self.gradInput = {}, {}, {}
  self.repeatTarget = repeatTarget or false
end

ParallelCriterion.add = nn.MultiCriterion.add

function ParallelCriterion:updateOutput(input, target)
  self.output = 0
  for i, criterion in ipairs(self.criterions) do
    local wanted = self.repeatTarget and target or target[i]
    self.output = self.output + self.weights[i] * criterion:updateOutput(input[i], wanted)
  end
  return self.output
end

function ParallelCriterion:updateGradInput(input, target)
  self.gradInput = utils.recursiveFill(utils.recursiveResizeAs(self.gradInput, input), 0)
  for i, criterion in ipairs(self.criterions) do
    local wanted = self.repeatTarget and target or target[i]
    utils.recursiveAdd(self.gradInput[i], self.weights[i], criterion:updateGradInput(input[i], wanted))
  end
  return self.gradInput
end
