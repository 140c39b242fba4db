-- nn.SpatialFullConvolution(nInputPlane, nOutputPlane, kW, kH [, dW, dH [, padW, padH [, adjW, adjH]]]): the transpose
-- of nn.SpatialConvolution, whose gradient for the input it computes (also called deconvolution). weight: nIn x nOut x
-- kH x kW. Output sides (side - 1) d - 2 pad + k + adj. For a pair {input, target} adj is such that the output is as
-- high and wide as target.
local layer = require 'nn.layer'
local pen = require 'pen.ffi'

local SpatialFullConvolution, parent = torch.class('nn.SpatialFullConvolution', 'nn.Module')

function SpatialFullConvolution:__init(nInputPlane, nOutputPlane, kW, kH, dW, dH, padW, padH, adjW, adjH)
  parent.__init(self)
  self.nInputPlane, self.nOutputPlane = nInputPlane, nOutputPlane
  self.kW, self.kH, self.dW, self.dH = kW, kH, dW or 1, dH or 1
  self.padW, self.padH, self.adjW, self.adjH = padW or 0, padH or 0, adjW or 0, adjH or 0
  if self.adjW > self.dW - 1 or self.adjH > self.dH - 1 then
    error('nn.SpatialFullConvolution: adj must be smaller than the stride', 3)
  end
  self.weight = torch.Tensor(nInputPlane, nOutputPlane, kH, kW)
  self.gradWeight = torch.zeros(nInputPlane, nOutputPlane, kH, kW)
  self.bias, self.gradBias = torch.Tensor(nOutputPlane), torch.zeros(nOutputPlane)
  self:reset()
end

-- Uniform in [-a, a]: a = 1 / sqrt(nInputPlane kW kH), or stdv * sqrt(3).
function SpatialFullConvolution:reset(stdv)
  local a = layer.bound(stdv, self.nInputPlane * self.kW * self.kH)
  self.weight:uniform(-a, a)
  if self.bias then self.bias:uniform(-a, a) end
end

function SpatialFullConvolution:noBias()
  self.bias, self.gradBias = nil, nil
  return self
end

local function geometry(self) return self.dH, self.dW, self.padH, self.padW end

-- The maps of input, and height and width of the output.
local function prepare(self, input)
  local target
  if type(input) == 'table' then input, target = input[1], input[2] end
  local maps, planes, height, width = layer.feature_maps(self, input)
  if planes ~= self.nInputPlane then
    error(('%s: expected %d input planes, got %d'):format(torch.type(self), self.nInputPlane, planes), 3)
  end
  local h = (height - 1) * self.dH - 2 * self.padH + self.kH
  local w = (width - 1) * self.dW - 2 * self.padW + self.kW
  if not target then return maps, h + self.adjH, w + self.adjW end
  local n = target:dim()
  return maps, h + (target:size(n - 1) - h) % self.dH, w + (target:size(n) - w) % self.dW
end

local function each_map(bias, input)
  local d = input:dim() - 2
  local size = input:size()
  for i = 1, input:dim() do size[i] = i == d and bias:size(1) or 1 end
  return bias:view(size)
end

function SpatialFullConvolution:updateOutput(input)
  local maps, height, width = prepare(self, input)
  layer.resize_maps(self.output, maps, self.nOutputPlane, height, width)
  local b, transposed = layer.convolution(maps, 'backward_data')
  pen.check(b, transposed(b.ctx, self.output, maps, self.weight, geometry(self)))
  if self.bias then self.output:add(each_map(self.bias, self.output):expandAs(self.output)) end
  return self.output
end

function SpatialFullConvolution:updateGradInput(input, gradOutput)
  if not self.gradInput then return end
  local maps, pair = prepare(self, input), type(input) == 'table'
  if pair and type(self.gradInput) ~= 'table' then self.gradInput = {self.gradInput} end
  if not pair and type(self.gradInput) == 'table' then self.gradInput = self.gradInput[1] end
  local gradient = (pair and self.gradInput[1] or self.gradInput):resizeAs(maps)
  local b, forward = layer.convolution(maps, 'forward')
  local dH, dW, padH, padW = geometry(self)
  pen.check(b, forward(b.ctx, gradient, gradOutput:contiguous(), self.weight, nil, dH, dW, padH, padW, 0))
  -- Only the target's sizes count: its gradient is 0, seen as often as it has elements.
  if pair then
    local ones = {}
    for d = 1, input[2]:dim() do ones[d] = 1 end
    self.gradInput[2] = input[2].new(unpack(ones)):zero():expandAs(input[2])
  end
  return self.gradInput
end

function SpatialFullConvolution:accGradParameters(input, gradOutput, scale)
  local maps, g = prepare(self, input), gradOutput:contiguous()
  local b, backward = layer.convolution(maps, 'backward_weights')
  self.gradWeight = self.gradWeight or self.weight.new():resizeAs(self.weight):zero()
  local dH, dW, padH, padW = geometry(self)
  pen.check(b, backward(b.ctx, self.gradWeight, nil, g, maps, dH, dW, padH, padW, scale or 1))
  if not self.bias then return end
  local sum = g:view(g:dim() == 4 and g:size(1) or 1, self.nOutputPlane, -1):sum(3):sum(1)
  self.gradBias:add(scale or 1, sum)
end

function SpatialFullConvolution:__tostring__()
  return layer.convolution_text(self, layer.pair_text(self.adjW, self.adjH, 0))
end
