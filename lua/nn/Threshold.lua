-- nn.Threshold([threshold = 1e-6 [, value = 0 [, inplace]]]): x where x > threshold, else value. In place, input
-- and output are one tensor, and so are gradOutput and gradInput: each pass overwrites what it is given.
local Box = require 'nn.box'
local layer = require 'nn.layer'
local T = require 'torch.tensor'
local pen = require 'pen.ffi'

local Threshold, parent = torch.class('nn.Threshold', 'nn.Module')

function Threshold:__init(threshold, value, inplace)
  parent.__init(self)
  self.threshold, self.val, self.inplace = threshold or 1e-6, value or 0, inplace or false
  if type(self.threshold) ~= 'number' or type(self.val) ~= 'number' or type(self.inplace) ~= 'boolean' then
    error('nn.Threshold: expected (number, number, boolean)', 3)
  end
  if self.inplace and self.val > self.threshold then
    error('nn.Threshold: in place, value must not exceed threshold, or the gradient is lost', 3)
  end
end

-- Makes result a view of what is given (in place) or a tensor of its shape. Returns both in contiguous form.
local function prepare(self, result, given)
  if not self.inplace then
    result:resizeAs(given)
    return result, given:contiguous()
  end
  result:set(given)
  local flat = given:contiguous()
  return flat, flat
end

local function finish(result, flat)
  if flat.start ~= result.start or flat.store ~= result.store then result:copy(flat) end
  return result
end

function Threshold:updateOutput(input)
  layer.check_type(self, input)
  local r, x = prepare(self, self.output, input)
  local b = T.backend(input)
  pen.check(b, b.lib.pen_threshold(b.ctx, r, x, self.threshold, self.val))
  return finish(self.output, r)
end

function Threshold:updateGradInput(input, gradOutput)
  layer.check_type(self, input)
  layer.check_type(self, gradOutput)
  local r, g = prepare(self, self.gradInput, gradOutput)
  local b = T.backend(input)
  pen.check(b, b.lib.pen_threshold_backward(b.ctx, r, g, input:contiguous(), self.threshold))
  return finish(self.gradInput, r)
end

function Threshold:boxOver(box) return box end

function Threshold:gradInputWithin(input, gradOutput, box)
  local r, b = self.inplace and gradOutput or self.gradInput:resizeAs(gradOutput), T.backend(input)
  pen.check(b, b.lib.pen_threshold_backward(b.ctx, r, gradOutput, Box.part(box, input), self.threshold))
  return r, box
end
