-- nn.Euclidean(inputSize, outputSize): the distances between a vector, or each row of a matrix, and the columns of
-- weight (inputSize x outputSize).
local layer = require 'nn.layer'

local Euclidean, parent = torch.class('nn.Euclidean', 'nn.Module')

function Euclidean:__init(inputSize, outputSize)
  parent.__init(self)
  self.weight = torch.Tensor(inputSize, outputSize)
  self.gradWeight = torch.zeros(inputSize, outputSize)
  self:reset()
end

function Euclidean:reset(stdv)
  local a = layer.bound(stdv, self.weight:size(1))
  self.weight:uniform(-a, a)
end

-- B x inputSize x outputSize
local function differences(self, input)
  local n, m = self.weight:size(1), self.weight:size(2)
  local x = input:contiguous():view(-1, n, 1)
  return torch.add(x:expand(x:size(1), n, m), -1, self.weight:view(1, n, m):expand(x:size(1), n, m))
end

function Euclidean:updateOutput(input)
  local distances = differences(self, input):norm(2, 2)
  local m = self.weight:size(2)
  return self.output:set(input:dim() == 1 and distances:view(m) or distances:view(-1, m))
end

-- g d / |d|, 0 where that is 0
local function slopes(self, input, gradOutput)
  local d, m = differences(self, input), self.weight:size(2)
  local y = torch.cmax(self.output, 1e-300):view(-1, 1, m)
  return d:cmul(torch.cdiv(gradOutput:contiguous():view(-1, 1, m), y):expandAs(d))
end

function Euclidean:updateGradInput(input, gradOutput)
  return self.gradInput:set(slopes(self, input, gradOutput):sum(3):viewAs(input))
end

function Euclidean:accGradParameters(input, gradOutput, scale)
  self.gradWeight:add(-(scale or 1), slopes(self, input, gradOutput):sum(1):view(self.weight:size()))
end
