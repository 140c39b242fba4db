-- nn.CosineEmbeddingCriterion([margin = 0]): for a pair of vectors (or of matrices of rows) 1 - cosine where the target
-- is 1, max(0, cosine - margin) where it is -1; the mean, or the sum if self.sizeAverage is false.
local directions = require 'nn.directions'

local CosineEmbeddingCriterion, parent = torch.class('nn.CosineEmbeddingCriterion', 'nn.Criterion')

function CosineEmbeddingCriterion:__init(margin)
  parent.__init(self)
  self.margin, self.sizeAverage = margin or 0, true
  self.gradInput = {}
end

-- Rows of both, their cosines, masks of targets 1 and of -1 beyond the margin, and what to divide by.
local function prepare(self, input, y)
  local a, b = directions.rows(input[1]), directions.rows(input[2])
  local cosines = directions.of(a, b)
  local target = torch.isTensor(y) and y:contiguous():view(-1, 1):typeAs(a) or a.new(a:size(1), 1):fill(y)
  local same = target:eq(1):typeAs(a)
  local apart = target:eq(-1):typeAs(a):cmul(cosines:gt(self.margin):typeAs(a))
  return a, b, cosines, same, apart, self.sizeAverage and a:size(1) or 1
end

function CosineEmbeddingCriterion:updateOutput(input, y)
  local _, _, cosines, same, apart, n = prepare(self, input, y)
  local far = torch.add(cosines, -self.margin):cmul(apart)
  self.output = (same:sum() - torch.cmul(cosines, same):sum() + far:sum()) / n
  return self.output
end

function CosineEmbeddingCriterion:updateGradInput(input, y)
  local a, b, _, same, apart, n = prepare(self, input, y)
  local ga, gb = directions.gradients(a, b, apart:add(-1, same):div(n))
  self.gradInput = {ga:viewAs(input[1]), gb:viewAs(input[2])}
  return self.gradInput
end
