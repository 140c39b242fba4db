-- nn.HardShrink([lambda = 0.5]): x where |x| > lambda, else 0.
local layer = require 'nn.layer'

local HardShrink, parent = torch.class('nn.HardShrink', 'nn.Module')

function HardShrink:__init(lambda)
  parent.__init(self)
  self.lambda = lambda or 0.5
end

local function beyond(self, input)
  return torch.abs(input):gt(self.lambda):typeAs(input)
end

function HardShrink:updateOutput(input)
  layer.check_type(self, input)
  return self.output:cmul(input, beyond(self, input))
end

function HardShrink:updateGradInput(input, gradOutput)
  return self.gradInput:cmul(beyond(self, input), gradOutput)
end
