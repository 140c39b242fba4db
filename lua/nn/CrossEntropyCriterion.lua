-- nn.CrossEntropyCriterion([weights [, sizeAverage]]): nn.ClassNLLCriterion of the nn.LogSoftMax of the input. A change
-- of sizeAverage here changes that of self.nll, which may also be set by itself.
local CrossEntropyCriterion, parent = torch.class('nn.CrossEntropyCriterion', 'nn.Criterion')

function CrossEntropyCriterion:__init(weights, sizeAverage)
  parent.__init(self)
  self.lsm = nn.LogSoftMax()
  self.nll = nn.ClassNLLCriterion(weights, sizeAverage)
  self.sizeAverage, self.oldSizeAverage = self.nll.sizeAverage, self.nll.sizeAverage
end

local function prepare(self, input, target)
  if self.sizeAverage ~= self.oldSizeAverage then self.nll.sizeAverage = self.sizeAverage end
  self.oldSizeAverage = self.sizeAverage
  if torch.isTensor(target) and target:dim() > 1 then target = target:contiguous():view(-1) end
  return input:squeeze(), target
end

function CrossEntropyCriterion:updateOutput(input, target)
  local x, t = prepare(self, input, target)
  self.output = self.nll:updateOutput(self.lsm:updateOutput(x), t)
  return self.output
end

function CrossEntropyCriterion:updateGradInput(input, target)
  local x, t = prepare(self, input, target)
  local gradient = self.nll:updateGradInput(self.lsm.output, t)
  self.gradInput = self.lsm:updateGradInput(x, gradient):view(input:size())
  return self.gradInput
end
