-- nn.BCECriterion([weights [, sizeAverage]]): binary cross-entropy of probabilities x and targets t,
-- -(t log(x) + (1 - t) log(1 - x)), times weights (of a sample) if given; the mean, or the sum if sizeAverage is false.
local broadcast = require 'nn.broadcast'

local BCECriterion, parent = torch.class('nn.BCECriterion', 'nn.Criterion')

local tiny = 1e-12 -- keeps the logarithms finite

function BCECriterion:__init(weights, sizeAverage)
  parent.__init(self)
  self.sizeAverage = sizeAverage ~= false
  self.weights = weights
end

-- t is multiplied by the weights, and by 1 / n for a mean.
local function weighted(self, t, input)
  if self.weights then t:cmul(broadcast.fitted(self.weights, input):expandAs(input)) end
  if self.sizeAverage then t:div(input:nElement()) end
  return t
end

function BCECriterion:updateOutput(input, target)
  local other = torch.mul(input, -1):add(1 + tiny):log()
  local terms = torch.add(input, tiny):log():add(-1, other):cmul(target):add(other)
  self.output = -weighted(self, terms, input):sum()
  return self.output
end

-- (x - t) / (x (1 - x))
function BCECriterion:updateGradInput(input, target)
  local slope = torch.mul(input, -1):add(1 + tiny):cmul(torch.add(input, tiny))
  self.gradInput:add(input, -1, target):cdiv(slope)
  return weighted(self, self.gradInput, input)
end
