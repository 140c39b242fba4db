-- nn.HardTanh([min = -1 [, max = 1 [, inplace]]]): x clamped to [min, max]; the gradient passes strictly between them.
local layer = require 'nn.layer'

local HardTanh, parent = torch.class('nn.HardTanh', 'nn.Module')

function HardTanh:__init(min_value, max_value, inplace)
  parent.__init(self)
  self.min_val, self.max_val, self.inplace = min_value or -1, max_value or 1, inplace or false
  if self.max_val <= self.min_val then
    error(('%s: the maximum must be above the minimum'):format(torch.type(self)), 3)
  end
end

function HardTanh:updateOutput(input)
  layer.check_type(self, input)
  return layer.start(self, self.output, input):clamp(self.min_val, self.max_val)
end

function HardTanh:updateGradInput(input, gradOutput)
  local outside = input:le(self.min_val):add(input:ge(self.max_val))
  return layer.start(self, self.gradInput, gradOutput):maskedFill(outside, 0)
end
