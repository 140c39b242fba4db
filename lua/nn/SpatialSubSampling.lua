-- nn.SpatialSubSampling(nInputPlane, kW, kH [, dW, dH]): the sum of each window times a weight plus a bias to learn,
-- one of each per map.
local broadcast = require 'nn.broadcast'
local layer = require 'nn.layer'

local SpatialSubSampling, parent = torch.class('nn.SpatialSubSampling', 'nn.Module')

function SpatialSubSampling:__init(nInputPlane, kW, kH, dW, dH)
  parent.__init(self)
  self.nInputPlane, self.kW, self.kH, self.dW, self.dH = nInputPlane, kW, kH, dW or 1, dH or 1
  self.weight, self.bias = torch.Tensor(nInputPlane), torch.Tensor(nInputPlane)
  self.gradWeight, self.gradBias = torch.zeros(nInputPlane), torch.zeros(nInputPlane)
  self:reset()
end

function SpatialSubSampling:reset(stdv)
  local a = layer.bound(stdv, self.kW * self.kH)
  self.weight:uniform(-a, a)
  self.bias:uniform(-a, a)
end

-- A pooling that gives sums: made at need, so that files hold what Torch's do.
local function sums(self)
  local pool = nn.SpatialAveragePooling(self.kW, self.kH, self.dW, self.dH):type(self._type)
  pool.divide = false
  return pool
end

local function each_map(parameter, t)
  return broadcast.along(parameter, t, t:dim() - 2)
end

function SpatialSubSampling:updateOutput(input)
  layer.check_type(self, input)
  local sum = sums(self):updateOutput(input)
  self.output:cmul(sum, each_map(self.weight, sum):expandAs(sum))
  return self.output:add(each_map(self.bias, sum):expandAs(sum))
end

function SpatialSubSampling:updateGradInput(input, gradOutput)
  local g = torch.cmul(gradOutput, each_map(self.weight, gradOutput):expandAs(gradOutput))
  return self.gradInput:set(sums(self):updateGradInput(input, g))
end

function SpatialSubSampling:accGradParameters(input, gradOutput, scale)
  local view = each_map(self.weight, gradOutput)
  broadcast.accumulate(self.gradWeight, scale or 1, sums(self):updateOutput(input):cmul(gradOutput), view)
  broadcast.accumulate(self.gradBias, scale or 1, gradOutput, view)
end
