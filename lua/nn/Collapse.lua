-- nn.Collapse(nInputDim): the nInputDim dimensions of a sample as one; a tensor with more is a batch.
local Collapse, parent = torch.class('nn.Collapse', 'nn.Module')

function Collapse:__init(nInputDim)
  parent.__init(self)
  self.nInputDim = nInputDim
end

function Collapse:updateOutput(input)
  local x = input:contiguous()
  return self.output:set(input:dim() > self.nInputDim and x:view(input:size(1), -1) or x:view(-1))
end

function Collapse:updateGradInput(input, gradOutput)
  return self.gradInput:set(gradOutput:contiguous():viewAs(input))
end
