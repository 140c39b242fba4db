-- nn.LeakyReLU([slope = 0.01 [, inplace]]): x where x > 0, else slope x. A slope below 0 does not work in place: the
-- sign of the input would be lost.
local layer = require 'nn.layer'

local LeakyReLU, parent = torch.class('nn.LeakyReLU', 'nn.Module')

function LeakyReLU:__init(negval, inplace)
  parent.__init(self)
  self.negval = type(negval) == 'number' and negval or 1 / 100
  self.inplace = inplace and self.negval >= 0 or false
end

function LeakyReLU:updateOutput(input)
  layer.check_type(self, input)
  local below = torch.cmin(input, 0)
  return layer.start(self, self.output, input):cmax(0):add(self.negval, below)
end

function LeakyReLU:updateGradInput(input, gradOutput)
  local slope = input:gt(0):typeAs(input):mul(1 - self.negval):add(self.negval)
  return layer.start(self, self.gradInput, gradOutput):cmul(slope)
end

function LeakyReLU:__tostring__()
  return ('%s(%g)'):format(torch.type(self), self.negval)
end
