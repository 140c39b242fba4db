-- nn.Log: the natural logarithm, element by element.
local layer = require 'nn.layer'

local Log = torch.class('nn.Log', 'nn.Module')

function Log:updateOutput(input)
  layer.check_type(self, input)
  return self.output:log(input)
end

-- g / x
function Log:updateGradInput(input, gradOutput)
  return self.gradInput:cdiv(gradOutput, input)
end
