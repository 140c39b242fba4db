-- nn.Transpose({a, b} [, {c, d} ...]): exchanges the dimensions of each pair, in this order. The output is contiguous.
local Transpose, parent = torch.class('nn.Transpose', 'nn.Module')

function Transpose:__init(...)
  parent.__init(self)
  self.permutations = {...}
end

function Transpose:updateOutput(input)
  for _, pair in ipairs(self.permutations) do input = input:transpose(pair[1], pair[2]) end
  return self.output:resize(input:size()):copy(input)
end

function Transpose:updateGradInput(_, gradOutput)
  for i = #self.permutations, 1, -1 do
    gradOutput = gradOutput:transpose(self.permutations[i][1], self.permutations[i][2])
  end
  return self.gradInput:resize(gradOutput:size()):copy(gradOutput)
end
