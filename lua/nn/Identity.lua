-- nn.Identity: output is input, whatever that is.
local Identity = torch.class('nn.Identity', 'nn.Module')

function Identity:updateOutput(input)
  self.output = input
  return self.output
end

function Identity:updateGradInput(_, gradOutput)
  self.gradInput = gradOutput
  return self.gradInput
end
