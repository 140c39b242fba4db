-- nn.SplitTable(dimension [, nInputDims]): the slices along dimension as a table. A negative dimension counts from the
-- last; nInputDims: dimensions of one sample, a tensor with one more is a batch and dimension counts within its
-- samples.
local SplitTable, parent = torch.class('nn.SplitTable', 'nn.Module')

function SplitTable:__init(dimension, nInputDims)
  parent.__init(self)
  self.dimension, self.nInputDims = dimension, nInputDims
  self.output = {}
end

local function place(self, input)
  if self.dimension < 0 then return input:dim() + self.dimension + 1 end
  return self.dimension + (self.nInputDims == input:dim() - 1 and 1 or 0)
end

local function slice(t, d, i)
  return t:dim() == 1 and t:narrow(1, i, 1) or t:select(d, i)
end

function SplitTable:updateOutput(input)
  local d = place(self, input)
  self.output = {}
  for i = 1, input:size(d) do self.output[i] = slice(input, d, i) end
  return self.output
end

function SplitTable:updateGradInput(input, gradOutput)
  local d = place(self, input)
  self.gradInput:resizeAs(input)
  for i = 1, input:size(d) do slice(self.gradInput, d, i):copy(gradOutput[i]) end
  return self.gradInput
end
