-- nn.DistanceRatioCriterion([sizeAverage]): for a pair of distances {near, far}, -log(exp(-near) / (exp(-near) +
-- exp(-far))) (Hoffer and Ailon 2015); the mean, or the sum if sizeAverage is false.
local DistanceRatioCriterion, parent = torch.class('nn.DistanceRatioCriterion', 'nn.Criterion')

function DistanceRatioCriterion:__init(sizeAverage)
  parent.__init(self)
  self.sizeAverage = sizeAverage ~= false
  self.gradInput = {}
end

local function difference(input) return torch.add(input[1], -1, input[2]) end

-- log(1 + exp(near - far))
function DistanceRatioCriterion:updateOutput(input)
  local d = difference(input)
  local sum = torch.abs(d):mul(-1):exp():log1p():add(d:cmax(0)):sum()
  self.output = self.sizeAverage and sum / input[1]:size(1) or sum
  return self.output
end

function DistanceRatioCriterion:updateGradInput(input)
  local slope = difference(input):sigmoid()
  if self.sizeAverage then slope:div(input[1]:size(1)) end
  self.gradInput = {slope, torch.mul(slope, -1)}
  return self.gradInput
end
