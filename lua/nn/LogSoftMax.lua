-- nn.LogSoftMax: the logarithm of what nn.SoftMax gives, along the same dimension, without overflow.
local layer = require 'nn.layer'
local T = require 'torch.tensor'

local LogSoftMax = torch.class('nn.LogSoftMax', 'nn.Module')

-- x - max - log(sum(exp(x - max))). Of a vector on the host maximum and sum are numbers, which is quicker.
function LogSoftMax:updateOutput(input)
  layer.check_type(self, input)
  local d = layer.map_dimension(input)
  if input:dim() == 1 and T.on_host(input) then
    self.output:add(input, -input:max())
    return self.output:add(-math.log(torch.exp(self.output):sum()))
  end
  self.output:add(input, -1, T.largest(input, d):expandAs(input))
  local sum = torch.exp(self.output):sum(d):log()
  return self.output:add(-1, sum:expandAs(input))
end

-- g - exp(y) * sum(g)
function LogSoftMax:updateGradInput(input, gradOutput)
  local sum = gradOutput:sum(layer.map_dimension(input))
  self.gradInput:exp(self.output):cmul(sum:expandAs(input)):mul(-1)
  return self.gradInput:add(gradOutput)
end
