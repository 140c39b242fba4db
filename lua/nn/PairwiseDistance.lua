-- nn.PairwiseDistance([p = 2]): the p-norm of the difference of a pair of vectors, or of each row of a pair of
-- matrices.
local PairwiseDistance, parent = torch.class('nn.PairwiseDistance', 'nn.Module')

function PairwiseDistance:__init(p)
  parent.__init(self)
  self.norm = p or 2
  self.gradInput = {}
end

local function rows(t) return t:dim() == 1 and t:contiguous():view(1, -1) or t end

function PairwiseDistance:updateOutput(input)
  return self.output:set(torch.add(rows(input[1]), -1, rows(input[2])):norm(self.norm, 2):view(-1))
end

-- sign(d) (|d| / norm)^(p - 1), 0 where the distance is 0
function PairwiseDistance:updateGradInput(input, gradOutput)
  local d = torch.add(rows(input[1]), -1, rows(input[2]))
  local norm = torch.cmax(self.output, 1e-300):view(-1, 1):expandAs(d)
  local slope = torch.abs(d):cdiv(norm)
  slope = (self.norm == 1 and slope:fill(1) or slope:pow(self.norm - 1)):cmul(torch.sign(d))
  slope:cmul(gradOutput:contiguous():view(-1, 1):expandAs(d)):maskedFill(d:eq(0), 0)
  self.gradInput[1] = slope:viewAs(input[1])
  self.gradInput[2] = torch.mul(self.gradInput[1], -1)
  return self.gradInput
end
