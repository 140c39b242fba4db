-- nn.Dropout([p = 0.5 [, v1 [, inplace [, stochasticInference]]]]): in training, zeroes each element with probability p
-- and divides the others by 1 - p; in evaluation, the identity. With v1, no division in training, but a factor 1 - p in
-- evaluation. With stochasticInference, evaluation is as training.
local layer = require 'nn.layer'

local Dropout, parent = torch.class('nn.Dropout', 'nn.Module')

function Dropout:__init(p, v1, inplace, stochasticInference)
  parent.__init(self)
  self.p, self.v2, self.inplace, self.train = p or 0.5, not v1, inplace or false, true
  if self.p < 0 or self.p >= 1 then error('nn.Dropout: the probability must be in [0, 1)', 3) end
  self.stochastic_inference = stochasticInference or false
  self.noise = torch.Tensor()
end

local function drops(self) return self.p > 0 and (self.train or self.stochastic_inference) end

function Dropout:updateOutput(input)
  layer.check_type(self, input)
  layer.start(self, self.output, input)
  if drops(self) then
    self.noise:resizeAs(input):bernoulli(1 - self.p)
    if self.v2 then self.noise:div(1 - self.p) end
    self.output:cmul(self.noise)
  elseif not self.v2 then
    self.output:mul(1 - self.p)
  end
  return self.output
end

function Dropout:updateGradInput(_, gradOutput)
  layer.check_type(self, gradOutput)
  layer.start(self, self.gradInput, gradOutput)
  if drops(self) then
    self.gradInput:cmul(self.noise)
  elseif not self.v2 then
    self.gradInput:mul(1 - self.p)
  end
  return self.gradInput
end

function Dropout:setp(p)
  self.p = p
  return self
end

function Dropout:clearState()
  self.noise:set()
  return parent.clearState(self)
end

function Dropout:__tostring__()
  return ('%s(%f)'):format(torch.type(self), self.p)
end
