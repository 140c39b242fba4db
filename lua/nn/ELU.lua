-- nn.ELU([alpha = 1 [, inplace]]): x where x > 0, else alpha (exp(x) - 1).
local layer = require 'nn.layer'

local ELU, parent = torch.class('nn.ELU', 'nn.Module')

function ELU:__init(alpha, inplace)
  parent.__init(self)
  self.alpha, self.inplace = alpha or 1, inplace or false
end

function ELU:updateOutput(input)
  layer.check_type(self, input)
  local bend = torch.cmin(input, 0):exp():add(-1)
  return layer.start(self, self.output, input):cmax(0):add(self.alpha, bend)
end

-- g, times y + alpha where y <= 0: by the output, so that it holds in place.
function ELU:updateGradInput(_, gradOutput)
  local slope = torch.cmin(self.output, 0):add(self.alpha)
  slope:maskedFill(self.output:gt(0), 1)
  return layer.start(self, self.gradInput, gradOutput):cmul(slope)
end

function ELU:__tostring__()
  return ('%s (alpha:%f)'):format(torch.type(self), self.alpha)
end
