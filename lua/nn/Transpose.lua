-- nn.Transpose({a, b} [, {c, d} ...]): exchanges the dimensions of each pair, in this order. The output is contiguous.
-- After setNumInputDims(n) they count among the last n.
local Transpose, parent = torch.class('nn.Transpose', 'nn.Module')

function Transpose:__init(...)
  parent.__init(self)
  self.permutations = {...}
end

function Transpose:setNumInputDims(numInputDims)
  self.numInputDims = numInputDims
  return self
end

-- t with the dimensions of pair k exchanged.
local function exchanged(self, t, k)
  local pair, before = self.permutations[k], self.numInputDims and t:dim() - self.numInputDims or 0
  return t:transpose(pair[1] + before, pair[2] + before)
end

function Transpose:updateOutput(input)
  for k = 1, #self.permutations do input = exchanged(self, input, k) end
  return self.output:resize(input:size()):copy(input)
end

function Transpose:updateGradInput(_, gradOutput)
  for k = #self.permutations, 1, -1 do gradOutput = exchanged(self, gradOutput, k) end
  return self.gradInput:resize(gradOutput:size()):copy(gradOutput)
end
