-- nn.SpatialDilatedMaxPooling(kW, kH [, dW, dH [, padW, padH [, dilationW, dilationH]]]): nn.SpatialMaxPooling whose
-- windows take pixels dilation apart. indices: which tap of the window, 1-based, was the first with the largest value.
local layer = require 'nn.layer'
local taps = require 'nn.taps'

local SpatialDilatedMaxPooling, parent = torch.class('nn.SpatialDilatedMaxPooling', 'nn.SpatialMaxPooling')

function SpatialDilatedMaxPooling:__init(kW, kH, dW, dH, padW, padH, dilationW, dilationH)
  parent.__init(self, kW, kH, dW, dH, padW, padH)
  self.dilationW, self.dilationH = dilationW or 1, dilationH or 1
end

function SpatialDilatedMaxPooling:updateOutput(input)
  local maps, planes, height, width = layer.feature_maps(self, input)
  local h, w = taps.output_size(self, height, width, self.ceil_mode)
  local most, place = taps.unfold(self, maps:view(-1, height, width), h, w, -math.huge):max(2)
  self.indices = place
  self.output:set(most)
  return layer.resize_maps(self.output, input, planes, h, w)
end

function SpatialDilatedMaxPooling:updateGradInput(input, gradOutput)
  local n, at = input:dim(), self.indices:size()
  at[2] = self.kH * self.kW
  local seen = input.new(at):zero():scatter(2, self.indices, gradOutput:contiguous():view(self.indices:size()))
  taps.fold(self, self.gradInput:resizeAs(input):view(-1, input:size(n - 1), input:size(n)), seen)
  return self.gradInput
end

function SpatialDilatedMaxPooling:__tostring__()
  return layer.pooling_text(self, layer.pair_text(self.dilationW, self.dilationH))
end
