-- nn.SoftSign: x / (1 + |x|), element by element.
local layer = require 'nn.layer'

local SoftSign = torch.class('nn.SoftSign', 'nn.Module')

function SoftSign:updateOutput(input)
  layer.check_type(self, input)
  return self.output:cdiv(input, torch.abs(input):add(1))
end

-- g / (1 + |x|)^2
function SoftSign:updateGradInput(input, gradOutput)
  local root = torch.abs(input):add(1)
  return self.gradInput:cdiv(gradOutput, root):cdiv(root)
end
