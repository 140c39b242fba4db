-- nn.MarginRankingCriterion([margin = 1]): max(0, margin - y (a - b)) for a pair {a, b} and y of 1 (a should be above
-- b) or -1; for tensors the mean, or the sum if self.sizeAverage is false.
local MarginRankingCriterion, parent = torch.class('nn.MarginRankingCriterion', 'nn.Criterion')

function MarginRankingCriterion:__init(margin)
  parent.__init(self)
  self.margin, self.sizeAverage = margin or 1, true
  self.gradInput = {}
end

local function prepare(self, input, y)
  local a = input[1]
  y = torch.isTensor(y) and y:typeAs(a) or a.new(a:size()):fill(y)
  return torch.add(a, -1, input[2]):cmul(y):mul(-1):add(self.margin), y, self.sizeAverage and a:nElement() or 1
end

function MarginRankingCriterion:updateOutput(input, y)
  local excess, _, n = prepare(self, input, y)
  self.output = excess:cmax(0):sum() / n
  return self.output
end

function MarginRankingCriterion:updateGradInput(input, y)
  local excess, sign, n = prepare(self, input, y)
  local slope = excess:ge(0):typeAs(sign):cmul(sign):div(n)
  self.gradInput = {torch.mul(slope, -1), slope}
  return self.gradInput
end
