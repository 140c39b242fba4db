-- nn.Tanh: hyperbolic tangent, element by element.
local layer = require 'nn.layer'

local Tanh = torch.class('nn.Tanh', 'nn.Module')

function Tanh:updateOutput(input)
  layer.check_type(self, input)
  return self.output:tanh(input)
end

-- g (1 - y^2)
function Tanh:updateGradInput(_, gradOutput)
  local y = self.output
  return self.gradInput:cmul(y, y):mul(-1):add(1):cmul(gradOutput)
end
