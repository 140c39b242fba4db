-- nn.SpatialClassNLLCriterion([weights [, sizeAverage]]): nn.ClassNLLCriterion of each pixel: log-probabilities B x K x
-- H x W, classes B x H x W.
local SpatialClassNLLCriterion, parent = torch.class('nn.SpatialClassNLLCriterion', 'nn.ClassNLLCriterion')

function SpatialClassNLLCriterion:__init(weights, sizeAverage)
  parent.__init(self, weights, sizeAverage)
end

-- Pixels as rows, classes as columns.
local function rows(t) return t:transpose(2, 3):transpose(3, 4) end

local function flat(t) return rows(t):contiguous():view(-1, t:size(2)) end

function SpatialClassNLLCriterion:updateOutput(input, target)
  self.output = parent.updateOutput(self, flat(input), target:contiguous():view(-1))
  return self.output
end

function SpatialClassNLLCriterion:updateGradInput(input, target)
  local gradient = parent.updateGradInput(self, flat(input), target:contiguous():view(-1))
  self.gradInput = gradient:view(rows(input):size()):transpose(3, 4):transpose(2, 3):contiguous()
  return self.gradInput
end
