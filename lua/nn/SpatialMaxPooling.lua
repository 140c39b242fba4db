-- nn.SpatialMaxPooling(kW, kH [, dW, dH [, padW, padH]]): largest value of each window, windows clipped at the border;
-- the first one in raster order wins. Output sides are rounded down, after :ceil() up. indices: where each maximum
-- lies, 1-based in its plane.
local Box = require 'nn.box'
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

-- width, origin: of the plane that gx is a part of, and where it begins there; 0, 0: all of it.
local function backward(b, self, gx, gy, indices, width, origin)
  return b.lib.pen_max_pool_backward(b.ctx, gx, gy, indices, self.kH, self.kW, self.dH, self.dW, self.padH, self.padW,
                                     width, origin)
end

function SpatialMaxPooling:updateGradInput(input, gradOutput)
  layer.check_type(self, input)
  layer.check_type(self, gradOutput)
  self.gradInput:resizeAs(input)
  local g, b = gradOutput:contiguous(), T.backend(input)
  pen.check(b, backward(b, self, self.gradInput, g, self.indices, 0, 0))
  return self.gradInput
end

function SpatialMaxPooling:boxOver(box) return Box.over(box, self, self.output) end

-- The inputs under the windows of box, which lie side by side; behind the last window, those left over.
local function inputs_under(self, box, input)
  local whole, out = Box.whole(input), Box.whole(self.output)
  return {left = box.left * self.dW, top = box.top * self.dH,
    right = box.right == out.right and whole.right or box.right * self.dW,
    bottom = box.bottom == out.bottom and whole.bottom or box.bottom * self.dH}
end

function SpatialMaxPooling:gradInputWithin(input, gradOutput, box)
  local side_by_side = self.kW == self.dW and self.kH == self.dH and self.padW == 0 and self.padH == 0
  if not side_by_side then return parent.gradInputWithin(self, input, gradOutput, box) end
  local own, b = inputs_under(self, box, input), T.backend(input)
  self.gradInput:resize(input:size(1), own.bottom - own.top, own.right - own.left)
  pen.check(b, backward(b, self, self.gradInput, gradOutput, Box.part(box, self.indices), input:size(3),
                        own.top * input:size(3) + own.left))
  return self.gradInput, own
end

function SpatialMaxPooling:clearState()
  self.indices:set()
  return parent.clearState(self)
end

-- The older name.
function SpatialMaxPooling:empty()
  self:clearState()
end

function SpatialMaxPooling:__tostring__()
  return layer.pooling_text(self)
end
