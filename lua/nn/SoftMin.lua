-- nn.SoftMin: exp(-x) over its sum, along the dimension that nn.SoftMax takes.
local SoftMin, parent = torch.class('nn.SoftMin', 'nn.SoftMax')

function SoftMin:updateOutput(input)
  return parent.updateOutput(self, -input)
end

function SoftMin:updateGradInput(input, gradOutput)
  return parent.updateGradInput(self, input, gradOutput):mul(-1)
end
