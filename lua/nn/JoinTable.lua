-- nn.JoinTable(dimension [, nInputDims]): concatenates a table of tensors along dimension (negative: from the last).
-- nInputDims: dimensions of one sample; a tensor with one more is a batch, and dimension counts within its samples.
local JoinTable, parent = torch.class('nn.JoinTable', 'nn.Module')

function JoinTable:__init(dimension, nInputDims)
  parent.__init(self)
  self.dimension = dimension
  self.nInputDims = nInputDims
  self.gradInput = {}
end

local function joined_dimension(self, tensor)
  if self.dimension < 0 then return tensor:dim() + self.dimension + 1 end
  return self.dimension + (self.nInputDims == tensor:dim() - 1 and 1 or 0)
end

function JoinTable:updateOutput(input)
  local dimension, length = joined_dimension(self, input[1]), 0
  for _, tensor in ipairs(input) do length = length + tensor:size(dimension) end
  local size = input[1]:size()
  size[dimension] = length
  self.output:resize(size)
  local from = 1
  for _, tensor in ipairs(input) do
    self.output:narrow(dimension, from, tensor:size(dimension)):copy(tensor)
    from = from + tensor:size(dimension)
  end
  return self.output
end

function JoinTable:updateGradInput(input, gradOutput)
  local dimension, from = joined_dimension(self, input[1]), 1
  for i, tensor in ipairs(input) do
    local part = gradOutput:narrow(dimension, from, tensor:size(dimension))
    self.gradInput[i] = (self.gradInput[i] or tensor.new()):resizeAs(tensor):copy(part)
    from = from + tensor:size(dimension)
  end
  for i = #input + 1, #self.gradInput do self.gradInput[i] = nil end
  return self.gradInput
end
