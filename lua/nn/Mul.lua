-- nn.Mul(): the input times one number to learn.
local layer = require 'nn.layer'

local Mul, parent = torch.class('nn.Mul', 'nn.Module')

function Mul:__init()
  parent.__init(self)
  self.weight = torch.Tensor(1)
  self.gradWeight = torch.Tensor(1):zero()
  self:reset()
end

function Mul:reset(stdv)
  local a = layer.bound(stdv, 1)
  self.weight:uniform(-a, a)
end

function Mul:updateOutput(input)
  layer.check_type(self, input)
  return self.output:mul(input, self.weight[1])
end

function Mul:updateGradInput(_, gradOutput)
  return self.gradInput:mul(gradOutput, self.weight[1])
end

function Mul:accGradParameters(input, gradOutput, scale)
  self.gradWeight:add((scale or 1) * torch.cmul(input, gradOutput):sum())
end
