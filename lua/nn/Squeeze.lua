-- nn.Squeeze([dim [, numInputDims]]): without the dimensions of size 1, or without dimension dim if its size is 1. A
-- tensor with numInputDims + 1 dimensions is a batch: dim counts within its samples, and the batch stays.
local Squeeze, parent = torch.class('nn.Squeeze', 'nn.Module')

function Squeeze:__init(dim, numInputDims)
  parent.__init(self)
  self.dim = dim
  self:setNumInputDims(numInputDims)
end

function Squeeze:setNumInputDims(numInputDims)
  self.numInputDims = numInputDims
  return self
end

function Squeeze:updateOutput(input)
  local batch = self.numInputDims and input:dim() == self.numInputDims + 1 and 1 or 0
  local sizes = {}
  for d = 1, input:dim() do
    local meant = d > batch and (not self.dim or d == self.dim + batch)
    if input:size(d) ~= 1 or not meant then sizes[#sizes + 1] = input:size(d) end
  end
  if #sizes == 0 then sizes[1] = 1 end
  return self.output:set(input:contiguous():view(unpack(sizes)))
end

function Squeeze:updateGradInput(input, gradOutput)
  return self.gradInput:set(gradOutput:contiguous():view(input:size()))
end
