-- nn.Identity: output is input, whatever that is.
local utils = require 'nn.utils'

local Identity = torch.class('nn.Identity', 'nn.Module')

function Identity:updateOutput(input)
  self.output = input
  return self.output
end

function Identity:updateGradInput(_, gradOutput)
  self.gradInput = gradOutput
  return self.gradInput
end

-- Both belong to others.
function Identity:clearState()
  return utils.renew(self, 'output', 'gradInput')
end
