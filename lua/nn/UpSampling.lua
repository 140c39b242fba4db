-- nn.UpSampling(scale [, mode = 'nearest']), ({odepth =, oheight =, owidth =}, 'linear'): B x C x H x W or
-- B x C x D x H x W enlarged: each element repeated, or bilinear or trilinear interpolation whose corners stay corners.
local layer = require 'nn.layer'
local upsampling = require 'nn.upsampling'

local UpSampling, parent = torch.class('nn.UpSampling', 'nn.Module')

function UpSampling:__init(params, mode)
  parent.__init(self)
  self.mode = mode or 'nearest'
  if self.mode ~= 'nearest' and self.mode ~= 'linear' then error("nn.UpSampling: mode 'nearest' or 'linear'", 3) end
  if type(params) == 'table' and self.mode == 'linear' then
    self.odepth, self.oheight, self.owidth = params.odepth, params.oheight, params.owidth
  else
    self.scale_factor = upsampling.check_factor(self, params)
  end
end

local function sides(self, input)
  layer.check_type(self, input)
  if input:dim() ~= 4 and input:dim() ~= 5 then error('nn.UpSampling: expected 4 or 5 dimensions', 3) end
  return input:dim() - 2
end

function UpSampling:updateOutput(input)
  local n = sides(self, input)
  if self.mode == 'nearest' then return upsampling.nearest(self.output, input, n, self.scale_factor) end
  return upsampling.linear(self.output, input, upsampling.lengths(self, input, n))
end

function UpSampling:updateGradInput(input, gradOutput)
  local n, r = sides(self, input), self.gradInput
  if self.mode == 'nearest' then return upsampling.nearest_backward(r, input, gradOutput, n, self.scale_factor) end
  return upsampling.linear_backward(r, input, gradOutput, upsampling.lengths(self, input, n))
end

function UpSampling:__tostring__()
  local to = self.scale_factor and self.scale_factor .. 'x' or ('%dx%d'):format(self.oheight, self.owidth)
  if self.odepth then to = self.odepth .. 'x' .. to end
  return ('%s(%s, %s)'):format(torch.type(self), to, self.mode)
end
