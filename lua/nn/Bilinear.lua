-- nn.Bilinear(inputSize1, inputSize2, outputSize [, bias = true]): y[k] = x1^T W[k] x2 + b[k] for the rows of a pair of
-- matrices. weight: outputSize x inputSize1 x inputSize2.
local buffers = require('nn.table_layer').buffers
local layer = require 'nn.layer'

local Bilinear, parent = torch.class('nn.Bilinear', 'nn.Module')

function Bilinear:__init(inputSize1, inputSize2, outputSize, bias)
  parent.__init(self)
  self.weight = torch.Tensor(outputSize, inputSize1, inputSize2)
  self.gradWeight = torch.zeros(outputSize, inputSize1, inputSize2)
  if bias ~= false then self.bias, self.gradBias = torch.Tensor(outputSize), torch.zeros(outputSize) end
  self.gradInput = {}
  self:reset()
end

function Bilinear:reset(stdv)
  local a = layer.bound(stdv, self.weight:size(2))
  self.weight:uniform(-a, a)
  if self.bias then self.bias:uniform(-a, a) end
  return self
end

function Bilinear:updateOutput(input)
  local a, b = input[1], input[2]
  self.output:resize(a:size(1), self.weight:size(1))
  for k = 1, self.weight:size(1) do
    local y = torch.cmul(torch.mm(a, self.weight[k]), b):sum(2)
    if self.bias then y:add(self.bias[k]) end
    self.output:select(2, k):copy(y)
  end
  return self.output
end

local function column(g, k, like) return g:narrow(2, k, 1):expandAs(like) end

function Bilinear:updateGradInput(input, gradOutput)
  local a, b = input[1], input[2]
  buffers(self.gradInput, 2, a)
  local ga, gb = self.gradInput[1]:resizeAs(a):zero(), self.gradInput[2]:resizeAs(b):zero()
  for k = 1, self.weight:size(1) do
    ga:add(torch.mm(b, self.weight[k]:t()):cmul(column(gradOutput, k, a)))
    gb:add(torch.mm(a, self.weight[k]):cmul(column(gradOutput, k, b)))
  end
  return self.gradInput
end

function Bilinear:accGradParameters(input, gradOutput, scale)
  local a, b = input[1], input[2]
  for k = 1, self.weight:size(1) do
    self.gradWeight[k]:addmm(1, scale or 1, torch.cmul(a, column(gradOutput, k, a)):t(), b)
  end
  if self.bias then self.gradBias:add(scale or 1, gradOutput:sum(1):view(-1)) end
end

function Bilinear:__tostring__()
  local w = self.weight
  return ('%s(%dx%d -> %d) %s'):format(torch.type(self), w:size(2), w:size(3), w:size(1),
    self.bias and '' or ' without bias')
end
