-- nn.SpatialAveragePooling(kW, kH [, dW, dH [, padW, padH]]): mean of each window, windows clipped at the border.
-- Padding counts in the divisor, unless :setCountExcludePad(). Output sides are rounded down, after :ceil() up.
local Box = require 'nn.box'
local layer = require 'nn.layer'
local T = require 'torch.tensor'
local pen = require 'pen.ffi'

local SpatialAveragePooling, parent = torch.class('nn.SpatialAveragePooling', 'nn.Module')

function SpatialAveragePooling:__init(kW, kH, dW, dH, padW, padH)
  parent.__init(self)
  self.kW, self.kH, self.dW, self.dH = kW, kH, dW or 1, dH or 1
  self.padW, self.padH = padW or 0, padH or 0
  self.ceil_mode, self.count_include_pad, self.divide = false, true, true
end

function SpatialAveragePooling:ceil()
  self.ceil_mode = true
  return self
end

function SpatialAveragePooling:floor()
  self.ceil_mode = false
  return self
end

function SpatialAveragePooling:setCountIncludePad()
  self.count_include_pad = true
  return self
end

function SpatialAveragePooling:setCountExcludePad()
  self.count_include_pad = false
  return self
end

local function geometry(self)
  return self.kH, self.kW, self.dH, self.dW, self.padH, self.padW, self.count_include_pad and 1 or 0
end

-- With divide = false: sums instead of means.
local function finish(self, result)
  if not self.divide then result:mul(self.kW * self.kH) end
  return result
end

function SpatialAveragePooling:updateOutput(input)
  local maps, planes, height, width = layer.feature_maps(self, input)
  local out_height = layer.window_count(self, height, self.kH, self.dH, self.padH, self.ceil_mode)
  local out_width = layer.window_count(self, width, self.kW, self.dW, self.padW, self.ceil_mode)
  layer.resize_maps(self.output, input, planes, out_height, out_width)
  local b = T.backend(input)
  pen.check(b, b.lib.pen_average_pool(b.ctx, self.output, maps, geometry(self)))
  return finish(self, self.output)
end

function SpatialAveragePooling:updateGradInput(input, gradOutput)
  layer.check_type(self, input)
  layer.check_type(self, gradOutput)
  self.gradInput:resizeAs(input)
  local b = T.backend(input)
  pen.check(b, b.lib.pen_average_pool_backward(b.ctx, self.gradInput, gradOutput:contiguous(), geometry(self)))
  return finish(self, self.gradInput)
end

function SpatialAveragePooling:boxOver(box) return Box.over(box, self, self.output) end

function SpatialAveragePooling:__tostring__()
  return layer.pooling_text(self)
end
