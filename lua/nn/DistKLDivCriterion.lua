-- nn.DistKLDivCriterion([sizeAverage]): Kullback-Leibler divergence of targets t from log-probabilities x: sum of
-- t (log(t) - x) where t > 0, divided by the number of elements unless sizeAverage is false.
local DistKLDivCriterion, parent = torch.class('nn.DistKLDivCriterion', 'nn.Criterion')

function DistKLDivCriterion:__init(sizeAverage)
  parent.__init(self)
  self.sizeAverage = sizeAverage ~= false
end

function DistKLDivCriterion:updateOutput(input, target)
  local terms = torch.cmax(target, 1e-300):log():add(-1, input):cmul(target):maskedFill(target:le(0), 0)
  self.output = terms:sum() / (self.sizeAverage and input:nElement() or 1)
  return self.output
end

function DistKLDivCriterion:updateGradInput(input, target)
  return self.gradInput:cmax(target, 0):div(self.sizeAverage and -input:nElement() or -1)
end
