-- nn.AbsCriterion([sizeAverage]): sum of |input - target|, divided by the number of elements unless sizeAverage is
-- false.
local AbsCriterion, parent = torch.class('nn.AbsCriterion', 'nn.Criterion')

function AbsCriterion:__init(sizeAverage)
  parent.__init(self)
  self.sizeAverage = sizeAverage ~= false
end

local function differences(r, input, target)
  return r:resizeAs(input):copy(input):add(-1, target)
end

function AbsCriterion:updateOutput(input, target)
  self.difference = self.difference or input.new()
  local sum = differences(self.difference, input, target):norm(1)
  self.output = self.sizeAverage and sum / input:nElement() or sum
  return self.output
end

function AbsCriterion:updateGradInput(input, target)
  differences(self.gradInput, input, target):sign()
  if self.sizeAverage then self.gradInput:div(input:nElement()) end
  return self.gradInput
end
