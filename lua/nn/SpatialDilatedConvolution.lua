-- nn.SpatialDilatedConvolution(nInputPlane, nOutputPlane, kW, kH [, dW, dH [, padW, padH [, dilationW, dilationH]]]):
-- nn.SpatialConvolution whose taps are dilation pixels apart (Yu and Koltun 2016).
local layer = require 'nn.layer'
local taps = require 'nn.taps'

local SpatialDilatedConvolution, parent = torch.class('nn.SpatialDilatedConvolution', 'nn.SpatialConvolution')

function SpatialDilatedConvolution:__init(nInputPlane, nOutputPlane, kW, kH, dW, dH, padW, padH, dilationW, dilationH)
  parent.__init(self, nInputPlane, nOutputPlane, kW, kH, dW, dH, padW, padH)
  self.dilationW, self.dilationH = dilationW or 1, dilationH or 1
end

-- The maps as a batch, and height and width of the output.
local function prepare(self, input)
  local maps, planes, height, width = layer.feature_maps(self, input)
  if planes ~= self.nInputPlane then
    error(('%s: expected %d input planes, got %d'):format(torch.type(self), self.nInputPlane, planes), 3)
  end
  return maps:view(-1, planes, height, width), taps.output_size(self, height, width)
end

-- What a sample's windows see, as nIn kH kW x positions; the weights are nOut x nIn kH kW.
local function columns(self, sample, h, w)
  return taps.unfold(self, sample, h, w, 0):view(self.nInputPlane * self.kH * self.kW, h * w)
end

local function matrix(weight) return weight:view(weight:size(1), -1) end

function SpatialDilatedConvolution:updateOutput(input)
  local maps, h, w = prepare(self, input)
  layer.resize_maps(self.output, input, self.nOutputPlane, h, w)
  local outputs = self.output:view(maps:size(1), self.nOutputPlane, h * w)
  for i = 1, maps:size(1) do
    local y = outputs[i]
    if self.bias then y:copy(self.bias:view(-1, 1):expandAs(y)) end
    y:addmm(self.bias and 1 or 0, 1, matrix(self.weight), columns(self, maps[i], h, w))
  end
  return self.output
end

function SpatialDilatedConvolution:updateGradInput(input, gradOutput)
  if not self.gradInput then return end
  local maps, h, w = prepare(self, input)
  local g = gradOutput:contiguous():view(maps:size(1), self.nOutputPlane, h * w)
  local gradients = self.gradInput:resizeAs(input):view(maps:size())
  for i = 1, maps:size(1) do
    local seen = torch.mm(matrix(self.weight):t(), g[i]):view(self.nInputPlane, self.kH * self.kW, h, w)
    taps.fold(self, gradients[i], seen)
  end
  return self.gradInput
end

function SpatialDilatedConvolution:accGradParameters(input, gradOutput, scale)
  local maps, h, w = prepare(self, input)
  layer.make_gradients(self)
  local g = gradOutput:contiguous():view(maps:size(1), self.nOutputPlane, h * w)
  for i = 1, maps:size(1) do
    matrix(self.gradWeight):addmm(1, scale or 1, g[i], columns(self, maps[i], h, w):t())
    if self.bias then self.gradBias:add(scale or 1, g[i]:sum(2)) end
  end
end

function SpatialDilatedConvolution:__tostring__()
  return layer.convolution_text(self, layer.pair_text(self.dilationW, self.dilationH))
end
