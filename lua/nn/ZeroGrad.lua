-- nn.ZeroGrad(): the identity, whose gradient is 0.
local utils = require 'nn.utils'

local ZeroGrad = torch.class('nn.ZeroGrad', 'nn.Module')

function ZeroGrad:updateOutput(input)
  self.output = input
  return self.output
end

function ZeroGrad:updateGradInput(input)
  self.gradInput = utils.recursiveFill(utils.recursiveResizeAs(self.gradInput, input), 0)
  return self.gradInput
end

ZeroGrad.clearState = nn.Identity.clearState
