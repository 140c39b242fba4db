-- nn.SoftPlus([beta = 1]): log(1 + exp(beta x)) / beta, a smooth ReLU, without overflow.
local layer = require 'nn.layer'

local SoftPlus, parent = torch.class('nn.SoftPlus', 'nn.Module')

function SoftPlus:__init(beta)
  parent.__init(self)
  self.beta = beta or 1
end

-- max(x, 0) + log(1 + exp(-|beta x|)) / beta
function SoftPlus:updateOutput(input)
  layer.check_type(self, input)
  local tail = torch.abs(input):mul(-self.beta):exp():log1p()
  return self.output:cmax(input, 0):add(1 / self.beta, tail)
end

-- g / (1 + exp(-beta x))
function SoftPlus:updateGradInput(input, gradOutput)
  return self.gradInput:mul(input, self.beta):sigmoid():cmul(gradOutput)
end
