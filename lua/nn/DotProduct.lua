-- nn.DotProduct: the dot product of a pair of vectors, or of the rows of a pair of matrices.
local buffers = require('nn.table_layer').buffers

local DotProduct, parent = torch.class('nn.DotProduct', 'nn.Module')

function DotProduct:__init()
  parent.__init(self)
  self.gradInput = {torch.Tensor(), torch.Tensor()}
end

local function rows(t) return t:dim() == 1 and t:view(1, -1) or t end

function DotProduct:updateOutput(input)
  local sum = torch.cmul(rows(input[1]), rows(input[2])):sum(2)
  return self.output:set(sum:view(-1))
end

function DotProduct:updateGradInput(input, gradOutput)
  buffers(self.gradInput, 2, input[1])
  for i = 1, 2 do
    local other = rows(input[3 - i])
    local g = gradOutput:contiguous():view(-1, 1):expandAs(other)
    self.gradInput[i]:cmul(other, g):resizeAs(input[i])
  end
  return self.gradInput
end
