-- nn.TemporalConvolution(inputFrameSize, outputFrameSize, kW [, dW = 1]): convolution along time of T x inputFrameSize,
-- or of a batch of it. weight: outputFrameSize x (kW inputFrameSize).
local layer = require 'nn.layer'
local pen = require 'pen.ffi'

local TemporalConvolution, parent = torch.class('nn.TemporalConvolution', 'nn.Module')

function TemporalConvolution:__init(inputFrameSize, outputFrameSize, kW, dW)
  parent.__init(self)
  self.inputFrameSize, self.outputFrameSize, self.kW, self.dW = inputFrameSize, outputFrameSize, kW, dW or 1
  self.weight, self.bias = torch.Tensor(outputFrameSize, inputFrameSize * kW), torch.Tensor(outputFrameSize)
  self.gradWeight, self.gradBias = torch.zeros(outputFrameSize, inputFrameSize * kW), torch.zeros(outputFrameSize)
  self:reset()
end

function TemporalConvolution:reset(stdv)
  local a = layer.bound(stdv, self.kW * self.inputFrameSize)
  self.weight:uniform(-a, a)
  self.bias:uniform(-a, a)
end

-- The frames as one map, B x 1 x T x inputFrameSize, which kernels as wide as it slide down; and their steps.
local function prepare(self, input)
  layer.check_type(self, input)
  local n = input:dim()
  if n ~= 2 and n ~= 3 or input:size(n) ~= self.inputFrameSize then
    error(('nn.TemporalConvolution: expected [B x] T x %d'):format(self.inputFrameSize), 3)
  end
  local steps = layer.window_count(self, input:size(n - 1), self.kW, self.dW, 0)
  return input:contiguous():view(-1, 1, input:size(n - 1), input:size(n)), steps
end

local function kernels(self, weight) return weight:view(self.outputFrameSize, 1, self.kW, self.inputFrameSize) end

-- B x outputFrameSize x steps x 1 from [B x] steps x outputFrameSize.
local function columns(self, g, steps)
  return g:contiguous():view(-1, steps, self.outputFrameSize):transpose(2, 3):contiguous():view(
    -1, self.outputFrameSize, steps, 1)
end

function TemporalConvolution:updateOutput(input)
  local maps, steps = prepare(self, input)
  local y = maps.new(maps:size(1), self.outputFrameSize, steps, 1)
  local b, forward = layer.convolution(maps, 'forward')
  pen.check(b, forward(b.ctx, y, maps, kernels(self, self.weight), self.bias, self.dW, 1, 0, 0, 0))
  local turned = y:view(-1, self.outputFrameSize, steps):transpose(2, 3)
  self.output:resize(turned:size()):copy(turned)
  if input:dim() == 2 then self.output:resize(steps, self.outputFrameSize) end
  return self.output
end

function TemporalConvolution:updateGradInput(input, gradOutput)
  local maps, steps = prepare(self, input)
  local b, backward = layer.convolution(maps, 'backward_data')
  local gradient = self.gradInput:resizeAs(input):view(maps:size())
  local g = columns(self, gradOutput, steps)
  pen.check(b, backward(b.ctx, gradient, g, kernels(self, self.weight), self.dW, 1, 0, 0))
  return self.gradInput
end

function TemporalConvolution:accGradParameters(input, gradOutput, scale)
  local maps, steps = prepare(self, input)
  local b, backward = layer.convolution(maps, 'backward_weights')
  local g = columns(self, gradOutput, steps)
  pen.check(b, backward(b.ctx, kernels(self, self.gradWeight), self.gradBias, maps, g, self.dW, 1, 0, 0, scale or 1))
end
