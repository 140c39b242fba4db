-- nn.CosineDistance(): the cosine of the angle between a pair of vectors, or between the rows of a pair of matrices.
local directions = require 'nn.directions'

local CosineDistance, parent = torch.class('nn.CosineDistance', 'nn.Module')

function CosineDistance:__init()
  parent.__init(self)
  self.gradInput = {}
end

function CosineDistance:updateOutput(input)
  return self.output:set(directions.of(directions.rows(input[1]), directions.rows(input[2])):view(-1))
end

function CosineDistance:updateGradInput(input, gradOutput)
  local g = gradOutput:contiguous():view(-1, 1)
  local ga, gb = directions.gradients(directions.rows(input[1]), directions.rows(input[2]), g)
  self.gradInput = {ga:viewAs(input[1]), gb:viewAs(input[2])}
  return self.gradInput
end
