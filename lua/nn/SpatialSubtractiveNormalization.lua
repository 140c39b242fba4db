-- nn.SpatialSubtractiveNormalization([nInputPlane = 1 [, kernel = 9 x 9 ones]]): takes from each pixel the weighted
-- mean of its neighbourhood in all maps (near the border, of what is inside).
local neighbourhood = require 'nn.neighbourhood'

local SpatialSubtractiveNormalization, parent = torch.class('nn.SpatialSubtractiveNormalization', 'nn.Module')

function SpatialSubtractiveNormalization:__init(nInputPlane, kernel)
  parent.__init(self)
  self.nInputPlane = nInputPlane or 1
  self.kernel = neighbourhood.kernel(kernel, self.nInputPlane)
end

-- Torch's files hold the kernel as it was given.
function SpatialSubtractiveNormalization:read(file)
  parent.read(self, file)
  self.kernel = neighbourhood.kernel(self.kernel, self.nInputPlane)
end

function SpatialSubtractiveNormalization:updateOutput(input)
  local means = neighbourhood.means(self.kernel, input)
  means:cdiv(neighbourhood.coverage(self.kernel, input):expandAs(means))
  return self.output:add(input, -1, means:expandAs(input))
end

function SpatialSubtractiveNormalization:updateGradInput(input, gradOutput)
  local weighted = torch.cdiv(gradOutput, neighbourhood.coverage(self.kernel, input):expandAs(gradOutput))
  local back = neighbourhood.means(self.kernel, weighted, true)
  return self.gradInput:add(gradOutput, -1, back:expandAs(input))
end
