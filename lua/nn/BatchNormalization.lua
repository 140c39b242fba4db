-- nn.BatchNormalization(nOutput [, eps = 1e-5 [, momentum = 0.1 [, affine = true]]]): each feature of a batch B x
-- nOutput to mean 0 and variance 1 (Ioffe and Szegedy 2015), then times weight plus bias, if affine. In training by the
-- batch's own mean and variance, which also move running_mean and running_var; in evaluation, and for a batch of one,
-- by those.
local broadcast = require 'nn.broadcast'
local layer = require 'nn.layer'

local BatchNormalization, parent = torch.class('nn.BatchNormalization', 'nn.Module')

BatchNormalization.__version = 2 -- the one with a variance, not an inverse deviation
BatchNormalization.nDim = 2 -- dimensions of a batch

function BatchNormalization:__init(nOutput, eps, momentum, affine)
  parent.__init(self)
  if type(nOutput) ~= 'number' or nOutput < 1 then
    error(torch.type(self) .. ' needs the number of features (affine is the fourth argument)', 3)
  end
  self.eps, self.momentum, self.affine, self.train = eps or 1e-5, momentum or 0.1, affine ~= false, true
  self.running_mean, self.running_var = torch.zeros(nOutput), torch.ones(nOutput)
  if self.affine then
    self.weight, self.bias = torch.Tensor(nOutput), torch.Tensor(nOutput)
    self.gradWeight, self.gradBias = torch.zeros(nOutput), torch.zeros(nOutput)
  end
  self:reset()
end

function BatchNormalization:reset()
  if self.weight then self.weight:uniform() end
  if self.bias then self.bias:zero() end
  self.running_mean:zero()
  self.running_var:fill(1)
end

-- The features as B x nOutput x positions.
local function planes(self, t)
  local n, count = t:dim(), self.running_mean:nElement()
  local single = n == self.nDim - 1 and not self.train
  if n ~= self.nDim and not single then
    error(('%s: expected a batch of %d dimensions, got %d'):format(torch.type(self), self.nDim, n), 3)
  end
  if t:size(single and 1 or 2) ~= count then
    error(('%s: expected %d features, got %d'):format(torch.type(self), count, t:size(single and 1 or 2)), 3)
  end
  return (t:contiguous():view(single and 1 or t:size(1), count, -1))
end

-- A parameter, or another number of each feature, as 1 x nOutput x 1.
local function along(parameter) return (parameter:view(1, -1, 1)) end

local function mean_of(x)
  local sum = x:size(3) > 1 and x:sum(3):sum(1) or x:sum(1)
  return (sum:div(x:size(1) * x:size(3)))
end

local function uses_batch(self, x) return self.train and x:size(1) > 1 end

local function inverse_deviation(self, variance)
  return ((variance + self.eps):sqrt():cinv())
end

-- Mean, 1 / deviation and, if it is the batch's own, variance of each feature, 1 x nOutput x 1. Leaves x without its
-- mean in self.output.
local function centre(self, x)
  local own = uses_batch(self, x)
  local mean = own and mean_of(x) or along(self.running_mean)
  self.output:add(x, -1, mean:expandAs(x))
  if not own then return mean, inverse_deviation(self, along(self.running_var)) end
  local variance = mean_of(torch.cmul(self.output, self.output))
  return mean, inverse_deviation(self, variance), variance
end

local function follow(running, momentum, value)
  running:mul(1 - momentum):add(momentum, value)
end

function BatchNormalization:updateOutput(input)
  layer.check_type(self, input)
  local x = planes(self, input)
  local mean, scale, variance = centre(self, x)
  if variance then
    local n = x:size(1) * x:size(3)
    follow(self.running_mean, self.momentum, mean)
    follow(self.running_var, self.momentum, variance:mul(n / (n - 1)))
  end
  self.save_mean, self.save_std = mean:contiguous():view(-1), scale:view(-1)
  self.output:cmul(scale:expandAs(x))
  if self.weight then self.output:cmul(along(self.weight):expandAs(x)) end
  if self.bias then self.output:add(along(self.bias):expandAs(x)) end
  return self.output:resizeAs(input)
end

-- The input as it was normalised, and 1 / deviation, from what the forward pass kept.
local function normalised(self, x)
  local scale = along(self.save_std)
  return torch.add(x, -1, along(self.save_mean):expandAs(x)):cmul(scale:expandAs(x)), scale
end

-- For a batch's own moments w / deviation * (g - mean(g) - xn mean(g xn)), else w / deviation * g.
function BatchNormalization:updateGradInput(input, gradOutput)
  local x, g = planes(self, input), planes(self, gradOutput)
  local xn, scale = normalised(self, x)
  self.gradInput:resizeAs(g):copy(g)
  if uses_batch(self, x) then
    local slope = mean_of(torch.cmul(g, xn))
    self.gradInput:add(-1, mean_of(g):expandAs(g)):add(-1, xn:cmul(slope:expandAs(g)))
  end
  self.gradInput:cmul(scale:expandAs(g))
  if self.weight then self.gradInput:cmul(along(self.weight):expandAs(g)) end
  return self.gradInput:resizeAs(input)
end

function BatchNormalization:accGradParameters(input, gradOutput, scale)
  if not self.weight then return end
  local x, g = planes(self, input), planes(self, gradOutput)
  local view = along(self.weight)
  broadcast.accumulate(self.gradWeight, scale or 1, (normalised(self, x)):cmul(g), view)
  broadcast.accumulate(self.gradBias, scale or 1, g, view)
end

-- Files from before 2016 hold the inverse deviation.
function BatchNormalization:read(file)
  parent.read(self, file)
  if self.running_std then
    self.running_var = self.running_std:pow(-2):add(-self.eps)
    self.running_std = nil
  end
end

function BatchNormalization:clearState()
  self.save_mean, self.save_std = nil, nil
  return parent.clearState(self)
end

function BatchNormalization:__tostring__()
  return ('%s (%dD) (%d)'):format(torch.type(self), self.nDim, self.running_mean:nElement())
end
