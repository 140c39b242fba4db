-- nn.Power(p): x^p, element by element.
local layer = require 'nn.layer'

local Power, parent = torch.class('nn.Power', 'nn.Module')

function Power:__init(p)
  parent.__init(self)
  self.pow = p or error('nn.Power needs an exponent', 3)
end

function Power:updateOutput(input)
  layer.check_type(self, input)
  return self.output:pow(input, self.pow)
end

-- g p x^(p - 1)
function Power:updateGradInput(input, gradOutput)
  return self.gradInput:pow(input, self.pow - 1):mul(self.pow):cmul(gradOutput)
end
