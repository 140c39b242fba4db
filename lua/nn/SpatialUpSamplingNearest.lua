-- nn.SpatialUpSamplingNearest(scale): each pixel of C x H x W, or of a batch of it, becomes scale x scale.
local layer = require 'nn.layer'
local upsampling = require 'nn.upsampling'

local SpatialUpSamplingNearest, parent = torch.class('nn.SpatialUpSamplingNearest', 'nn.Module')

function SpatialUpSamplingNearest:__init(scale)
  parent.__init(self)
  self.scale_factor = upsampling.check_factor(self, scale)
end

function SpatialUpSamplingNearest:updateOutput(input)
  layer.feature_maps(self, input)
  return upsampling.nearest(self.output, input, 2, self.scale_factor)
end

function SpatialUpSamplingNearest:updateGradInput(input, gradOutput)
  return upsampling.nearest_backward(self.gradInput, input, gradOutput, 2, self.scale_factor)
end
