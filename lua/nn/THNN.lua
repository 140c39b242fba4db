-- tensor.THNN.<Layer>_<pass>(...): the way in which programs of around 2016 call a layer's C function with their own
-- buffers. Here are those that the programs in docs/programs.md call; they run through the layers.
local T = require 'torch.tensor'
local M = {}

-- Tensors are what tensors hand to C.
function T.methods.cdata(t) return t end

-- Convolves input with weight, nOut x nIn x kH x kW or as a matrix, into output; the two buffers are not needed.
function M.SpatialConvolutionMM_updateOutput(input, output, weight, bias, _, _, kW, kH, dW, dH, padW, padH)
  local planes = weight:size(1)
  local module = setmetatable({
    weight = weight:contiguous():view(planes, -1, kH, kW), bias = bias, output = output, nOutputPlane = planes,
    nInputPlane = weight:nElement() / (planes * kH * kW), kW = kW, kH = kH, dW = dW, dH = dH, padW = padW, padH = padH,
    _type = input:type(),
  }, getmetatable(nn.SpatialConvolution(1, 1, 1, 1)))
  module:updateOutput(input)
end

T.methods.THNN = M
return M
