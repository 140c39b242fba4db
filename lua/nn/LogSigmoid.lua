-- nn.LogSigmoid: log(1 / (1 + exp(-x))), element by element, without overflow.
local layer = require 'nn.layer'

local LogSigmoid = torch.class('nn.LogSigmoid', 'nn.Module')

function LogSigmoid:updateOutput(input)
  layer.check_type(self, input)
  local tail = torch.abs(input):mul(-1):exp():log1p()
  return self.output:cmin(input, 0):add(-1, tail)
end

-- g / (1 + exp(x))
function LogSigmoid:updateGradInput(input, gradOutput)
  return self.gradInput:mul(input, -1):sigmoid():cmul(gradOutput)
end
