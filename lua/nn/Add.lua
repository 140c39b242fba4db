-- nn.Add(sizes...), nn.Add(size, true): adds a bias to learn, of the sizes of a sample, or one number for all.
local broadcast = require 'nn.broadcast'
local layer = require 'nn.layer'

local Add, parent = torch.class('nn.Add', 'nn.Module')

function Add:__init(first, ...)
  parent.__init(self)
  self.scalar = (...) == true
  self.bias = self.scalar and torch.Tensor(1) or torch.Tensor(first, ...)
  self.gradBias = torch.Tensor(self.bias:size()):zero()
  self:reset()
end

function Add:reset(stdv)
  local a = layer.bound(stdv, self.bias:size(1))
  self.bias:uniform(-a, a)
end

local function fitted(self, input)
  return self.bias:nElement() == 1 and broadcast.along(self.bias, input, 1) or broadcast.fitted(self.bias, input)
end

function Add:updateOutput(input)
  layer.check_type(self, input)
  return self.output:resizeAs(input):copy(input):add(fitted(self, input):expandAs(input))
end

function Add:updateGradInput(_, gradOutput)
  return self.gradInput:resizeAs(gradOutput):copy(gradOutput)
end

function Add:accGradParameters(input, gradOutput, scale)
  broadcast.accumulate(self.gradBias, scale or 1, gradOutput:contiguous():viewAs(input), fitted(self, input))
end
