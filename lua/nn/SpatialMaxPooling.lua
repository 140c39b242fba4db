-- nn.SpatialMaxPooling(kW, kH [, dW, dH [, padW, padH]]): largest value of each window, windows clipped at the border;
-- the first one in raster order wins. Output sides are rounded down, after :ceil() up. indices: where each maximum
-- lies, 1-based in its plane.
local layer = require 'nn.layer'
local T = require 'torch.tensor'
local pen = require 'pen.ffi'

local SpatialMaxPooling, parent = torch.class('nn.SpatialMaxPooling', 'nn.Module')

function SpatialMaxPooling:__init(kW, kH, dW, dH, padW, padH)
  parent.__init(self)
  self.kW, self.kH, self.dW, self.dH = kW, kH, dW or kW, dH or kH
  self.padW, self.padH = padW or 0, padH or 0
  self.ceil_mode = false
  self.indices = torch.LongTensor()
end

function SpatialMaxPooling:ceil()
  self.ceil_mode = true
  return self
end

function SpatialMaxPooling:floor()
  self.ceil_mode = false
  return self
end

-- Converting the module converts indices too; they are counted again in each forward pass.
local function prepare_indices(self, input)
  local wanted = torch.type(input):find('Cuda') and 'torch.CudaLongTensor' or 'torch.LongTensor'
  if torch.type(self.indices) ~= wanted then self.indices = torch[wanted:sub(7)]() end
  return self.indices:resizeAs(self.output)
end

local function geometry(self)
  return self.kH, self.kW, self.dH, self.dW, self.padH, self.padW
end

function SpatialMaxPooling:updateOutput(input)
  local maps, planes, height, width = layer.feature_maps(self, input)
  local out_height = layer.window_count(self, height, self.kH, self.dH, self.padH, self.ceil_mode)
  local out_width = layer.window_count(self, width, self.kW, self.dW, self.padW, self.ceil_mode)
  layer.resize_maps(self.output, input, planes, out_height, out_width)
  self.iheight, self.iwidth = height, width -- for nn.SpatialMaxUnpooling
  local indices, b = prepare_indices(self, input), T.backend(input)
  pen.check(b, b.lib.pen_max_pool(b.ctx, self.output, indices, maps, geometry(self)))
  return self.output
end

function SpatialMaxPooling:updateGradInput(input, gradOutput)
  layer.check_type(self, input)
  layer.check_type(self, gradOutput)
  self.gradInput:resizeAs(input)
  local g, b = gradOutput:contiguous(), T.backend(input)
  pen.check(b, b.lib.pen_max_pool_backward(b.ctx, self.gradInput, g, self.indices, geometry(self)))
  return self.gradInput
end

function SpatialMaxPooling:clearState()
  self.indices = self.indices.new()
  return parent.clearState(self)
end

function SpatialMaxPooling:__tostring__()
  local text = ('%s(%dx%d, %d,%d'):format(torch.type(self), self.kW, self.kH, self.dW, self.dH)
  if self.padW ~= 0 or self.padH ~= 0 then text = text .. (', %d,%d'):format(self.padW, self.padH) end
  return text .. ')'
end
