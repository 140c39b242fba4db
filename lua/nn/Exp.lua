-- nn.Exp: exp(x), element by element.
local layer = require 'nn.layer'

local Exp = torch.class('nn.Exp', 'nn.Module')

function Exp:updateOutput(input)
  layer.check_type(self, input)
  return self.output:exp(input)
end

-- g y
function Exp:updateGradInput(_, gradOutput)
  return self.gradInput:cmul(self.output, gradOutput)
end
