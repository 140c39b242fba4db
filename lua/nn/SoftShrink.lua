-- nn.SoftShrink([lambda = 0.5]): x moved towards 0 by lambda, and 0 where |x| <= lambda.
local layer = require 'nn.layer'

local SoftShrink, parent = torch.class('nn.SoftShrink', 'nn.Module')

function SoftShrink:__init(lambda)
  parent.__init(self)
  self.lambda = lambda or 0.5
end

function SoftShrink:updateOutput(input)
  layer.check_type(self, input)
  return self.output:add(input, -1, torch.clamp(input, -self.lambda, self.lambda))
end

function SoftShrink:updateGradInput(input, gradOutput)
  return self.gradInput:cmul(torch.abs(input):gt(self.lambda):typeAs(input), gradOutput)
end
