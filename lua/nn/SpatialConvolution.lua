-- nn.SpatialConvolution(nInputPlane, nOutputPlane, kW, kH [, dW, dH [, padW, padH]]): cross-correlation of C x H x W
-- (or B x C x H x W) maps with nOutputPlane kernels, zeros beyond the border. weight: nOut x nIn x kH x kW; bias: nOut
-- or nil. Output sides floor((side + 2 pad - k) / d) + 1. In float, and in double,
-- slowly.
local Box = require 'nn.box'
local layer = require 'nn.layer'
local T = require 'torch.tensor'
local pen = require 'pen.ffi'

local SpatialConvolution, parent = torch.class('nn.SpatialConvolution', 'nn.Module')

function SpatialConvolution:__init(nInputPlane, nOutputPlane, kW, kH, dW, dH, padW, padH)
  parent.__init(self)
  self.nInputPlane, self.nOutputPlane = nInputPlane, nOutputPlane
  self.kW, self.kH, self.dW, self.dH = kW, kH, dW or 1, dH or 1
  self.padW = padW or 0
  self.padH = padH or self.padW
  self.weight = torch.Tensor(nOutputPlane, nInputPlane, kH, kW)
  self.bias = torch.Tensor(nOutputPlane)
  self:reset()
end

layer.define_parameters(SpatialConvolution, parent)

-- The kernels as nOut x nIn x kH x kW, whatever their shape (SpatialConvolutionMM keeps a matrix).
local function kernels(self, weight)
  if weight:dim() == 4 then return weight end
  return weight:view(self.nOutputPlane, self.nInputPlane, self.kH, self.kW)
end

local function check(self, input)
  if T.is(input) and input.dtype < pen.C.PEN_FLOAT then
    error(('%s computes in float and double: convert module and input with :float()'):format(torch.type(self)), 3)
  end
  local maps, planes, height, width = layer.feature_maps(self, input)
  if planes ~= self.nInputPlane then
    error(('%s: expected %d input planes, got %d'):format(torch.type(self), self.nInputPlane, planes), 3)
  end
  return maps, height, width
end

-- rectified: the output is its positive part (see nn.Sequential).
function SpatialConvolution:updateOutput(input, rectified)
  local maps, height, width = check(self, input)
  local out_height = layer.window_count(self, height, self.kH, self.dH, self.padH)
  local out_width = layer.window_count(self, width, self.kW, self.dW, self.padW)
  layer.resize_maps(self.output, input, self.nOutputPlane, out_height, out_width)
  local b, forward = layer.convolution(input, 'forward')
  pen.check(b, forward(b.ctx, self.output, maps, kernels(self, self.weight), self.bias, self.dH, self.dW, self.padH,
                       self.padW, rectified and 1 or 0))
  return self.output
end

function SpatialConvolution:updateGradInput(input, gradOutput)
  if not self.gradInput then return end
  check(self, input)
  layer.check_type(self, gradOutput)
  self.gradInput:resizeAs(input)
  local b, backward = layer.convolution(input, 'backward_data')
  pen.check(b, backward(b.ctx, self.gradInput, gradOutput:contiguous(), kernels(self, self.weight), self.dH, self.dW,
                        self.padH, self.padW))
  return self.gradInput
end

function SpatialConvolution:boxOver(box) return Box.over(box, self, self.output) end

-- Where output and input are of one size, what is beyond the box counts as padding.
function SpatialConvolution:gradInputWithin(input, gradOutput, box)
  local same = self.dW == 1 and self.dH == 1 and self.kW == 2 * self.padW + 1 and self.kH == 2 * self.padH + 1
  if not same then return parent.gradInputWithin(self, input, gradOutput, box) end
  local b, backward = layer.convolution(input, 'backward_data')
  self.gradInput:resize(self.nInputPlane, gradOutput:size(2), gradOutput:size(3))
  pen.check(b, backward(b.ctx, self.gradInput, gradOutput, kernels(self, self.weight), 1, 1, self.padH, self.padW))
  return self.gradInput, box
end

function SpatialConvolution:accGradParameters(input, gradOutput, scale)
  local maps = check(self, input)
  layer.check_type(self, gradOutput)
  layer.make_gradients(self)
  local b, backward = layer.convolution(input, 'backward_weights')
  pen.check(b, backward(b.ctx, kernels(self, self.gradWeight), self.bias and self.gradBias, maps,
                        gradOutput:contiguous(), self.dH, self.dW, self.padH, self.padW, scale or 1))
end

function SpatialConvolution:__tostring__()
  return layer.convolution_text(self)
end
