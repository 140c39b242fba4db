-- nn.Index(dimension): the slices of input[1] along dimension that input[2], a LongTensor, lists.
local Index, parent = torch.class('nn.Index', 'nn.Module')

function Index:__init(dimension)
  parent.__init(self)
  self.dimension = dimension
  self.gradInput = {torch.Tensor(), torch.Tensor()}
end

function Index:updateOutput(input)
  return self.output:set(input[1]:index(self.dimension, input[2]))
end

-- Slices listed more than once sum their gradients; places have none.
function Index:updateGradInput(input, gradOutput)
  local gradient, d = self.gradInput[1]:resizeAs(input[1]):zero(), self.dimension
  for i = 1, input[2]:nElement() do
    gradient:narrow(d, input[2][i], 1):add(gradOutput:narrow(d, i, 1))
  end
  self.gradInput[2]:resize(input[2]:size()):zero()
  return self.gradInput
end

function Index:clearState()
  for _, gradient in ipairs(self.gradInput) do gradient:set() end
  self.output:set()
  return self
end
