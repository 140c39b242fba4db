-- nn.L1HingeEmbeddingCriterion([margin = 1]): for a pair of tensors the sum of absolute differences d if the target is
-- 1, max(0, margin - d) if it is -1.
local L1HingeEmbeddingCriterion, parent = torch.class('nn.L1HingeEmbeddingCriterion', 'nn.Criterion')

function L1HingeEmbeddingCriterion:__init(margin)
  parent.__init(self)
  self.margin = margin or 1
  self.gradInput = {}
end

function L1HingeEmbeddingCriterion:updateOutput(input, y)
  local d = torch.add(input[1], -1, input[2]):norm(1)
  self.output = y == -1 and math.max(0, self.margin - d) or d
  return self.output
end

function L1HingeEmbeddingCriterion:updateGradInput(input, y)
  local slope = torch.add(input[1], -1, input[2])
  local beyond = y == -1 and slope:norm(1) > self.margin
  slope:sign():mul(beyond and 0 or y == -1 and -1 or 1)
  self.gradInput = {slope, torch.mul(slope, -1)}
  return self.gradInput
end
