-- nn.CMul(sizes...): multiplies by a weight to learn; where a size is 1 it is the same along that dimension, and
-- dimensions of the input in front of the weight's are a batch.
local broadcast = require 'nn.broadcast'
local layer = require 'nn.layer'

local CMul, parent = torch.class('nn.CMul', 'nn.Module')

function CMul:__init(...)
  parent.__init(self)
  self.weight = torch.Tensor(...)
  self.size = self.weight:size()
  self.gradWeight = torch.Tensor(self.size):zero()
  self:reset()
end

function CMul:reset(stdv)
  local a = layer.bound(stdv, self.weight:nElement())
  self.weight:uniform(-a, a)
end

function CMul:updateOutput(input)
  layer.check_type(self, input)
  return self.output:cmul(input, broadcast.fitted(self.weight, input):expandAs(input))
end

function CMul:updateGradInput(input, gradOutput)
  return self.gradInput:cmul(gradOutput, broadcast.fitted(self.weight, input):expandAs(input))
end

function CMul:accGradParameters(input, gradOutput, scale)
  local weight = broadcast.fitted(self.weight, input)
  broadcast.accumulate(self.gradWeight, scale or 1, torch.cmul(input, gradOutput), weight)
end
