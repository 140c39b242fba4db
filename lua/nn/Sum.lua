-- nn.Sum([dimension = 1 [, nInputDims [, sizeAverage [, squeeze = true]]]]): the sum along dimension, or with
-- sizeAverage the mean; the dimension goes, or without squeeze stays with size 1.
local reduction = require 'nn.reduction'

local Sum, parent = torch.class('nn.Sum', 'nn.Module')

function Sum:__init(dimension, nInputDims, sizeAverage, squeeze)
  parent.__init(self)
  self.dimension, self.nInputDims = dimension or 1, nInputDims
  self.sizeAverage, self.squeeze = sizeAverage or false, squeeze ~= false
end

function Sum:updateOutput(input)
  local d = reduction.dimension(self, input)
  local sum = input:sum(d)
  if self.sizeAverage then sum:div(input:size(d)) end
  return self.output:set(self.squeeze and reduction.drop(sum, d) or sum)
end

function Sum:updateGradInput(input, gradOutput)
  local d = reduction.dimension(self, input)
  self.gradInput:resizeAs(input):copy(reduction.keep(gradOutput, input, d):expandAs(input))
  if self.sizeAverage then self.gradInput:div(input:size(d)) end
  return self.gradInput
end
