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
  local reach_h, reach_w = taps.reach(self.kH, self.dilationH), taps.reach(self.kW, self.dilationW)
  local h = layer.window_count(self, height, reach_h, self.dH, self.padH, self.ceil_mode)
  local w = layer.window_count(self, width, reach_w, self.dW, self.padW, self.ceil_mode)
  layer.resize_maps(self.output, input, planes, h, w):fill(-math.huge)
  self.indices = input.new():resizeAs(self.output):fill(1)
  taps.each(self, taps.padded(self, maps, h, w, -math.huge), h, w, function(view, tap)
    self.indices:maskedFill(view:gt(self.output), tap)
    self.output:cmax(view)
  end)
  return self.output
end

function SpatialDilatedMaxPooling:updateGradInput(input, gradOutput)
  local n = input:dim()
  local h, w = self.output:size(n - 1), self.output:size(n)
  local sums = taps.padded(self, input, h, w, 0):zero()
  taps.each(self, sums, h, w, function(view, tap)
    view:add(self.indices:eq(tap):typeAs(gradOutput):cmul(gradOutput))
  end)
  return self.gradInput:resizeAs(input):copy(taps.inner(self, sums, input))
end

function SpatialDilatedMaxPooling:__tostring__()
  return ('%s(%dx%d, %d,%d, %d,%d, %d,%d)'):format(torch.type(self), self.kW, self.kH, self.dW, self.dH, self.padW,
    self.padH, self.dilationW, self.dilationH)
end
