-- nn.GatedLinearUnit([dim]): the first half along dim (the last one) times the sigmoid of the second (Dauphin et al.
-- 2017).
local GatedLinearUnit, parent = torch.class('nn.GatedLinearUnit', 'nn.Module')

function GatedLinearUnit:__init(dim)
  parent.__init(self)
  self.dim = dim
end

local function halves(self, t)
  local d = self.dim or t:dim()
  if t:size(d) % 2 ~= 0 then error(('nn.GatedLinearUnit: cannot halve a side of %d'):format(t:size(d)), 3) end
  return t:narrow(d, 1, t:size(d) / 2), t:narrow(d, t:size(d) / 2 + 1, t:size(d) / 2)
end

function GatedLinearUnit:updateOutput(input)
  local a, b = halves(self, input)
  return self.output:sigmoid(b):cmul(a)
end

-- g s, and g a s (1 - s)
function GatedLinearUnit:updateGradInput(input, gradOutput)
  local a, b = halves(self, input)
  local ga, gb = halves(self, self.gradInput:resizeAs(input))
  local s = torch.sigmoid(b)
  ga:cmul(s, gradOutput)
  gb:mul(s, -1):add(1):cmul(s):cmul(a):cmul(gradOutput)
  return self.gradInput
end
