-- nn.PReLU([nOutputPlane]): x where x > 0, else w x, with a w to learn for each map (dimension 1 of 1-D and 3-D inputs,
-- 2 of 2-D and 4-D ones), or one for all.
local broadcast = require 'nn.broadcast'
local layer = require 'nn.layer'

local PReLU, parent = torch.class('nn.PReLU', 'nn.Module')

function PReLU:__init(nOutputPlane)
  parent.__init(self)
  self.nOutputPlane = nOutputPlane or 0
  self.weight = torch.Tensor(math.max(self.nOutputPlane, 1)):fill(0.25)
  self.gradWeight = torch.Tensor(self.weight:size()):zero()
end

local function slopes(self, input)
  local d = self.nOutputPlane > 0 and layer.map_dimension(input) or 1
  return broadcast.along(self.weight, input, d)
end

function PReLU:updateOutput(input)
  layer.check_type(self, input)
  return self.output:cmin(input, 0):cmul(slopes(self, input):expandAs(input)):add(torch.cmax(input, 0))
end

function PReLU:updateGradInput(input, gradOutput)
  local slope = slopes(self, input):expandAs(input):clone():maskedFill(input:gt(0), 1)
  return self.gradInput:cmul(slope, gradOutput)
end

function PReLU:accGradParameters(input, gradOutput, scale)
  local change = torch.cmin(input, 0):cmul(gradOutput)
  broadcast.accumulate(self.gradWeight, scale or 1, change, slopes(self, input))
end
