-- nn.Unsqueeze(pos [, numInputDims]): one more dimension, of size 1, at pos. Dimensions beyond numInputDims are a
-- batch, and pos counts behind them.
local utils = require 'nn.utils'

local Unsqueeze, parent = torch.class('nn.Unsqueeze', 'nn.Module')

function Unsqueeze:__init(pos, numInputDims)
  parent.__init(self)
  self.pos = pos or error('nn.Unsqueeze needs a position', 3)
  self:setNumInputDims(numInputDims)
end

function Unsqueeze:setNumInputDims(numInputDims)
  self.numInputDims = numInputDims
  return self
end

function Unsqueeze:updateOutput(input)
  local batch = self.numInputDims and input:dim() - self.numInputDims or 0
  if batch < 0 then error('nn.Unsqueeze: the input has fewer than numInputDims dimensions', 2) end
  return utils.addSingletonDimension(self.output, input, self.pos + batch)
end

function Unsqueeze:updateGradInput(input, gradOutput)
  return self.gradInput:set(gradOutput:contiguous():view(input:size()))
end

function Unsqueeze:__tostring__()
  return ('%s(dim %d)'):format(torch.type(self), self.pos)
end
