-- nn.Abs: the absolute value, element by element.
local layer = require 'nn.layer'

local Abs = torch.class('nn.Abs', 'nn.Module')

function Abs:updateOutput(input)
  layer.check_type(self, input)
  return self.output:abs(input)
end

-- g sign(x)
function Abs:updateGradInput(input, gradOutput)
  return self.gradInput:sign(input):cmul(gradOutput)
end
