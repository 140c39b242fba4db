-- nn.ClassNLLCriterion([weights [, sizeAverage [, ignoreIndex = -100]]]): -w[t] x[t] for log-probabilities x (K, or B x
-- K) and classes t (a number, or B of them): divided by the sum of w[t] unless sizeAverage is false. w is 1 without
-- weights; samples of class ignoreIndex do not count.
local ClassNLLCriterion, parent = torch.class('nn.ClassNLLCriterion', 'nn.Criterion')

function ClassNLLCriterion:__init(weights, sizeAverage, ignoreIndex)
  parent.__init(self)
  self.sizeAverage = sizeAverage ~= false
  self.ignoreIndex = ignoreIndex or -100
  self.weights = weights
end

local function rows(t) return t:dim() == 1 and t:view(1, -1) or t end

-- The classes, B x 1 whole numbers where input lies, ignored ones as 1; and the samples' weights, B x 1 of input's
-- type.
local function classes(self, input, target)
  local list = torch.isTensor(target) and target:contiguous():view(-1, 1) or torch.LongTensor {{target}}
  if list:nElement() ~= rows(input):size(1) then
    error(('nn.ClassNLLCriterion: %d targets for %d samples'):format(list:nElement(), rows(input):size(1)), 3)
  end
  local whole = torch.type(input):find('Cuda') and 'torch.CudaLongTensor' or 'torch.LongTensor'
  list = list:type(whole):clone()
  local ignored = list:eq(self.ignoreIndex)
  list:maskedFill(ignored, 1)
  local weight = input.new(list:size()):fill(1)
  if self.weights then weight:copy(self.weights:view(-1, 1):gather(1, list)) end
  return list, weight:maskedFill(ignored, 0)
end

local function divisor(self, weight)
  local sum = self.sizeAverage and weight:sum() or 1
  return sum ~= 0 and sum or 1
end

-- One class of one sample.
local function is_plain(self, input, target)
  return type(target) == 'number' and input:dim() == 1 and not self.weights and target ~= self.ignoreIndex
end

function ClassNLLCriterion:updateOutput(input, target)
  if is_plain(self, input, target) then
    self.output = -input[target]
    return self.output
  end
  local list, weight = classes(self, input, target)
  local sum = rows(input:contiguous()):gather(2, list):cmul(weight):sum()
  self.output = -sum / divisor(self, weight)
  return self.output
end

function ClassNLLCriterion:updateGradInput(input, target)
  if is_plain(self, input, target) then
    self.gradInput:resizeAs(input):zero()[target] = -1
    return self.gradInput
  end
  local list, weight = classes(self, input, target)
  self.gradInput:resizeAs(input):zero()
  rows(self.gradInput):scatter(2, list, weight:div(-divisor(self, weight)))
  return self.gradInput
end
