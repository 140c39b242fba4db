-- nn.MultiMarginCriterion([p = 1 [, weights [, margin = 1]]]): for scores x (K, or B x K) and classes t, the mean over
-- classes of w[t] max(0, margin - x[t] + x[j])^p for j ~= t; the mean of the samples, or their sum if self.sizeAverage
-- is false.
local MultiMarginCriterion, parent = torch.class('nn.MultiMarginCriterion', 'nn.Criterion')

function MultiMarginCriterion:__init(p, weights, margin)
  parent.__init(self)
  self.p, self.weights, self.margin, self.sizeAverage = p or 1, weights, margin or 1, true
  if self.p ~= 1 and self.p ~= 2 then error('nn.MultiMarginCriterion: p must be 1 or 2', 3) end
end

local function rows(t) return t:dim() == 1 and t:view(1, -1) or t end

-- max(0, margin - x[t] + x[j]), 0 at t; the classes B x 1; the factor of each sample B x 1.
local function excess(self, input, target)
  local x = rows(input:contiguous())
  local list = torch.isTensor(target) and target:contiguous():view(-1, 1) or torch.LongTensor {{target}}
  list = list:type(torch.type(input):find('Cuda') and 'torch.CudaLongTensor' or 'torch.LongTensor')
  local d = torch.add(x, -1, x:gather(2, list):expandAs(x)):add(self.margin):cmax(0):scatter(2, list, 0)
  local factor = x.new(list:size()):fill(1 / x:size(2))
  if self.weights then factor:cmul(self.weights:view(-1, 1):gather(1, list)) end
  if self.sizeAverage then factor:div(x:size(1)) end
  return d, list, factor
end

function MultiMarginCriterion:updateOutput(input, target)
  local d, _, factor = excess(self, input, target)
  if self.p == 2 then d:cmul(d) end
  self.output = d:sum(2):cmul(factor):sum()
  return self.output
end

function MultiMarginCriterion:updateGradInput(input, target)
  local d, list, factor = excess(self, input, target)
  local slope = self.p == 2 and d:mul(2) or d:gt(0):typeAs(d)
  slope:cmul(factor:expandAs(slope))
  slope:scatter(2, list, slope:sum(2):mul(-1))
  return self.gradInput:resizeAs(input):copy(slope)
end
