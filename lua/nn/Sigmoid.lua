-- nn.Sigmoid: 1 / (1 + exp(-x)), element by element.
local layer = require 'nn.layer'

local Sigmoid = torch.class('nn.Sigmoid', 'nn.Module')

function Sigmoid:updateOutput(input)
  layer.check_type(self, input)
  return self.output:sigmoid(input)
end

-- g y (1 - y)
function Sigmoid:updateGradInput(_, gradOutput)
  local y = self.output
  return self.gradInput:mul(y, -1):add(1):cmul(y):cmul(gradOutput)
end
