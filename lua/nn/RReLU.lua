-- nn.RReLU([lower = 1/8 [, upper = 1/3 [, inplace]]]): a leaky ReLU (Xu et al. 2015) whose slope below 0 is drawn
-- between lower and upper for each element in training, and is their mean in evaluation.
local layer = require 'nn.layer'

local RReLU, parent = torch.class('nn.RReLU', 'nn.Module')

function RReLU:__init(lower, upper, inplace)
  parent.__init(self)
  self.lower, self.upper = lower or 1 / 8, upper or 1 / 3
  if self.lower > self.upper then error('nn.RReLU: lower must not exceed upper', 3) end
  self.noise = torch.Tensor()
  self.train, self.inplace = true, inplace or false
end

-- self.noise: the slope at each element. Only those that need one draw a number, as in Torch.
local function draw_slopes(self, input)
  self.noise:resizeAs(input):fill(1)
  local below = input:le(0)
  if self.train then
    local slopes = input.new(below:sum())
    if slopes:nElement() > 0 then self.noise:maskedCopy(below, slopes:uniform(self.lower, self.upper)) end
  else
    self.noise:maskedFill(below, (self.lower + self.upper) / 2)
  end
end

function RReLU:updateOutput(input)
  layer.check_type(self, input)
  draw_slopes(self, input)
  return layer.start(self, self.output, input):cmul(self.noise)
end

function RReLU:updateGradInput(_, gradOutput)
  return layer.start(self, self.gradInput, gradOutput):cmul(self.noise)
end

function RReLU:clearState()
  self.noise:set()
  return parent.clearState(self)
end

function RReLU:__tostring__()
  return ('%s (l:%f, u:%f)'):format(torch.type(self), self.lower, self.upper)
end
