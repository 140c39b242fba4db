-- nn.Criterion: base of all losses. A criterion defines updateOutput(input, target), which returns self.output, a
-- number, and updateGradInput(input, target), which fills and returns self.gradInput.
local utils = require 'nn.utils'

local Criterion = torch.class('nn.Criterion')

function Criterion:__init()
  self.gradInput = torch.Tensor()
  self.output = 0
  self._type = self.gradInput:type()
end

function Criterion:updateOutput(_, _)
  return self.output
end

function Criterion:updateGradInput(_, _)
  return self.gradInput
end

function Criterion:forward(input, target)
  return self:updateOutput(input, target)
end

function Criterion:backward(input, target)
  return self:updateGradInput(input, target)
end

function Criterion:__call__(input, target)
  self.output = self:forward(input, target)
  self.gradInput = self:backward(input, target)
  return self.output, self.gradInput
end

function Criterion:clone()
  return utils.deepCopy(self)
end

-- Conversion and writing work for any object with tensors in it.
local Module = nn.Module
Criterion.type, Criterion.write = Module.type, Module.write
Criterion.float, Criterion.double, Criterion.cuda = Module.float, Module.double, Module.cuda

function Criterion:cudaDouble()
  return self:type('torch.CudaDoubleTensor')
end

function Criterion:__tostring__()
  return torch.type(self)
end
