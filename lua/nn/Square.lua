-- nn.Square: x^2, element by element.
local layer = require 'nn.layer'

local Square = torch.class('nn.Square', 'nn.Module')

function Square:updateOutput(input)
  layer.check_type(self, input)
  return self.output:cmul(input, input)
end

-- 2 g x
function Square:updateGradInput(input, gradOutput)
  return self.gradInput:mul(input, 2):cmul(gradOutput)
end
