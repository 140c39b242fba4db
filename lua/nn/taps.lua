-- Windows with gaps, for the dilated layers: what each tap of a kernel sees, as tensors. self: a layer with kW, kH, dW,
-- dH, padW, padH, dilationW and dilationH.
local layer = require 'nn.layer'
local T = require 'torch.tensor'
local pen = require 'pen.ffi'

local M = {}

-- Height and width of the output for maps of this size; up: as layer.window_count.
function M.output_size(self, height, width, up)
  local reach_h, reach_w = (self.kH - 1) * self.dilationH + 1, (self.kW - 1) * self.dilationW + 1
  return layer.window_count(self, height, reach_h, self.dH, self.padH, up),
    layer.window_count(self, width, reach_w, self.dW, self.padW, up)
end

local function geometry(self)
  return self.kH, self.kW, self.dH, self.dW, self.padH, self.padW, self.dilationH, self.dilationW
end

-- C x kH kW x h x w from a contiguous C x H x W; beyond its border lies the number outside.
function M.unfold(self, maps, h, w, outside)
  local taps, b = maps.new(maps:size(1), self.kH * self.kW, h, w), T.backend(maps)
  local kH, kW, dH, dW, padH, padW, dilationH, dilationW = geometry(self)
  pen.check(b, b.lib.pen_unfold(b.ctx, taps, maps, kH, kW, dH, dW, padH, padW, dilationH, dilationW, outside))
  return taps
end

-- The gradient of that: fills maps with the sum of what the taps send back.
function M.fold(self, maps, taps)
  local b = T.backend(maps)
  pen.check(b, b.lib.pen_fold(b.ctx, maps, taps, geometry(self)))
end

return M
