-- nn.SpatialUpSamplingBilinear(scale), ({oheight = h, owidth = w}): C x H x W, or a batch of it, enlarged by bilinear
-- interpolation; the corner pixels stay the corners.
local layer = require 'nn.layer'
local upsampling = require 'nn.upsampling'

local SpatialUpSamplingBilinear, parent = torch.class('nn.SpatialUpSamplingBilinear', 'nn.Module')

function SpatialUpSamplingBilinear:__init(params)
  parent.__init(self)
  if type(params) == 'table' then
    self.oheight, self.owidth = params.oheight, params.owidth
  else
    self.scale_factor = upsampling.check_factor(self, params)
  end
end

function SpatialUpSamplingBilinear:updateOutput(input)
  layer.feature_maps(self, input)
  return upsampling.linear(self.output, input, upsampling.lengths(self, input, 2))
end

function SpatialUpSamplingBilinear:updateGradInput(input, gradOutput)
  return upsampling.linear_backward(self.gradInput, input, gradOutput, upsampling.lengths(self, input, 2))
end

function SpatialUpSamplingBilinear:__tostring__()
  if self.scale_factor then return ('%s(%d)'):format(torch.type(self), self.scale_factor) end
  return ('%s(%d, %d)'):format(torch.type(self), self.oheight, self.owidth)
end
