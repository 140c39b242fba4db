-- nn.L1Cost(): the sum of |x|; there is no target.
local L1Cost = torch.class('nn.L1Cost', 'nn.Criterion')

function L1Cost:updateOutput(input)
  self.output = input:norm(1)
  return self.output
end

function L1Cost:updateGradInput(input)
  return self.gradInput:sign(input)
end
