-- nn.Linear(inputSize, outputSize [, bias = true]): y = W x + b for a vector, or for each row of a matrix. weight:
-- outputSize x inputSize; bias: outputSize or nil.
local layer = require 'nn.layer'

local Linear, parent = torch.class('nn.Linear', 'nn.Module')

function Linear:__init(inputSize, outputSize, bias)
  parent.__init(self)
  self.weight = torch.Tensor(outputSize, inputSize)
  if bias ~= false then self.bias = torch.Tensor(outputSize) end
  self:reset()
end

layer.define_parameters(Linear, parent)

-- Vectors are matrices of one row.
local function rows(t)
  return t:dim() == 1 and t:contiguous():view(1, t:size(1)) or t
end

function Linear:updateOutput(input)
  layer.check_type(self, input)
  if input:dim() > 2 then error('nn.Linear: expected a vector or a matrix', 2) end
  local x, n = rows(input), self.weight:size(1)
  if x:size(2) ~= self.weight:size(2) then
    error(('nn.Linear: size mismatch: expected %d features, got %d'):format(self.weight:size(2), x:size(2)), 2)
  end
  self.output:resize(x:size(1), n)
  if self.bias then self.output:copy(input:dim() == 1 and self.bias or self.bias:view(1, n):expandAs(self.output)) end
  self.output:addmm(self.bias and 1 or 0, 1, x, self.weight:t())
  if input:dim() == 1 then self.output:resize(n) end
  return self.output
end

function Linear:updateGradInput(input, gradOutput)
  if not self.gradInput then return end
  self.gradInput:mm(rows(gradOutput), self.weight)
  return self.gradInput:resizeAs(input)
end

function Linear:accGradParameters(input, gradOutput, scale)
  layer.make_gradients(self)
  local g = rows(gradOutput)
  self.gradWeight:addmm(1, scale or 1, g:t(), rows(input))
  if self.bias then self.gradBias:add(scale or 1, gradOutput:dim() == 1 and gradOutput or g:sum(1)) end
end

function Linear:__tostring__()
  return ('%s(%d -> %d)'):format(torch.type(self), self.weight:size(2), self.weight:size(1)) ..
    (self.bias and '' or ' without bias')
end
