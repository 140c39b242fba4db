-- nn.Sqrt([b = 0]): sqrt(x + b), element by element. Where that is 0 the gradient is taken to be 0.
local layer = require 'nn.layer'

local Sqrt, parent = torch.class('nn.Sqrt', 'nn.Module')

function Sqrt:__init(b)
  parent.__init(self)
  self.eps = b or 0
end

function Sqrt:updateOutput(input)
  layer.check_type(self, input)
  return self.output:add(input, self.eps):sqrt()
end

-- g / (2 y)
function Sqrt:updateGradInput(_, gradOutput)
  self.gradInput:cdiv(gradOutput, self.output):mul(0.5)
  return self.gradInput:maskedFill(self.output:eq(0), 0)
end
