-- nn.SoftMax: exp(x) over its sum, along the whole of a vector, the rows of a matrix, the maps of C x H x W or
-- B x C x H x W.
local layer = require 'nn.layer'
local T = require 'torch.tensor'

local SoftMax = torch.class('nn.SoftMax', 'nn.Module')

-- Of a vector on the host maximum and sum are numbers, which is quicker.
function SoftMax:updateOutput(input)
  layer.check_type(self, input)
  local d = layer.map_dimension(input)
  if input:dim() == 1 and T.on_host(input) then
    self.output:add(input, -input:max()):exp()
    return self.output:div(self.output:sum())
  end
  self.output:add(input, -1, T.largest(input, d):expandAs(input)):exp() -- at most 1: no exponential overflows
  self.output:cdiv(self.output:sum(d):expandAs(input))
  return self.output
end

-- y * (g - sum(g y))
function SoftMax:updateGradInput(_, gradOutput)
  local y = self.output
  local sum = torch.cmul(gradOutput, y):sum(layer.map_dimension(y))
  self.gradInput:resizeAs(y):copy(gradOutput):add(-1, sum:expandAs(y)):cmul(y)
  return self.gradInput
end
