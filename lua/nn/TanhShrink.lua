-- nn.TanhShrink: x - tanh(x), element by element.
local layer = require 'nn.layer'

local TanhShrink = torch.class('nn.TanhShrink', 'nn.Module')

function TanhShrink:updateOutput(input)
  layer.check_type(self, input)
  return self.output:add(input, -1, torch.tanh(input))
end

-- g tanh(x)^2
function TanhShrink:updateGradInput(input, gradOutput)
  self.gradInput:tanh(input)
  return self.gradInput:cmul(self.gradInput):cmul(gradOutput)
end
