-- nn.MSECriterion([sizeAverage]): sum of (input - target)^2, divided by the number of elements unless sizeAverage is
-- false. Only the numbers of elements must agree. The gradient is 2 (input - target), divided likewise.
local T = require 'torch.tensor'
local pen = require 'pen.ffi'
local ffi = require 'ffi'

local MSECriterion, parent = torch.class('nn.MSECriterion', 'nn.Criterion')

function MSECriterion:__init(sizeAverage)
  parent.__init(self)
  self.sizeAverage = sizeAverage ~= false
end

local sum = ffi.new('double[1]')

function MSECriterion:updateOutput(input, target)
  local b = T.backend(input)
  pen.check(b, b.lib.pen_squared_distance(b.ctx, sum, input, target))
  self.output = self.sizeAverage and sum[0] / input:nElement() or sum[0]
  return self.output
end

function MSECriterion:updateGradInput(input, target)
  local b = T.backend(input)
  self.gradInput:resizeAs(input)
  local factor = self.sizeAverage and 2 / input:nElement() or 2
  pen.check(b, b.lib.pen_difference(b.ctx, self.gradInput, input, target, factor))
  return self.gradInput
end
