-- nn.L1Penalty(l1weight [, sizeAverage [, provideOutput = true]]): passes its input on and adds the gradient of
-- l1weight * |x| (over the number of elements, with sizeAverage) to what comes back, or replaces it if provideOutput is
-- false. self.loss: the penalty.
local L1Penalty, parent = torch.class('nn.L1Penalty', 'nn.Module')

function L1Penalty:__init(l1weight, sizeAverage, provideOutput)
  parent.__init(self)
  self.l1weight, self.sizeAverage = l1weight, sizeAverage or false
  self.provideOutput = provideOutput ~= false
end

local function factor(self, input)
  return self.sizeAverage and self.l1weight / input:nElement() or self.l1weight
end

function L1Penalty:updateOutput(input)
  self.loss = factor(self, input) * input:norm(1)
  self.output = input
  return self.output
end

function L1Penalty:updateGradInput(input, gradOutput)
  self.gradInput:sign(input):mul(factor(self, input))
  if self.provideOutput then self.gradInput:add(gradOutput) end
  return self.gradInput
end

L1Penalty.clearState = nn.Identity.clearState
