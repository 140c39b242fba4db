-- nn.CAdd(sizes...): adds a bias to learn; where a size is 1 it is the same along that dimension, and dimensions of the
-- input in front of the bias's are a batch.
local broadcast = require 'nn.broadcast'
local layer = require 'nn.layer'

local CAdd, parent = torch.class('nn.CAdd', 'nn.Module')

function CAdd:__init(...)
  parent.__init(self)
  self.bias = torch.Tensor(...)
  self.size = self.bias:size()
  self.gradBias = torch.Tensor(self.size):zero()
  self:reset()
end

function CAdd:reset(stdv)
  local a = layer.bound(stdv, self.bias:nElement())
  self.bias:uniform(-a, a)
end

function CAdd:updateOutput(input)
  layer.check_type(self, input)
  local bias = broadcast.fitted(self.bias, input)
  return self.output:resizeAs(input):copy(input):add(bias:expandAs(input))
end

function CAdd:updateGradInput(_, gradOutput)
  return self.gradInput:resizeAs(gradOutput):copy(gradOutput)
end

function CAdd:accGradParameters(input, gradOutput, scale)
  broadcast.accumulate(self.gradBias, scale or 1, gradOutput, broadcast.fitted(self.bias, input))
end
