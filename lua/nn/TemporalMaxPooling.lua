-- nn.TemporalMaxPooling(kW [, dW = kW]): the largest of each feature in windows along time of T x features, or of a
-- batch of it.
local layer = require 'nn.layer'

local TemporalMaxPooling, parent = torch.class('nn.TemporalMaxPooling', 'nn.Module')

function TemporalMaxPooling:__init(kW, dW)
  parent.__init(self)
  self.kW, self.dW = kW, dW or kW
end

-- The frames as one map each.
local function maps(self, t)
  local n = t:dim()
  if n ~= 2 and n ~= 3 then error('nn.TemporalMaxPooling: expected 2 or 3 dimensions', 3) end
  return t:contiguous():view(-1, 1, t:size(n - 1), t:size(n))
end

function TemporalMaxPooling:updateOutput(input)
  layer.check_type(self, input)
  self.pool = self.pool or nn.SpatialMaxPooling(1, self.kW, 1, self.dW):type(self._type)
  local y = self.pool:updateOutput(maps(self, input))
  self.output:set(y)
  if input:dim() == 2 then return self.output:resize(y:size(3), y:size(4)) end
  return self.output:resize(y:size(1), y:size(3), y:size(4))
end

function TemporalMaxPooling:updateGradInput(input, gradOutput)
  local g = self.pool:updateGradInput(maps(self, input), maps(self, gradOutput))
  return self.gradInput:set(g:viewAs(input))
end

function TemporalMaxPooling:clearState()
  self.pool = nil
  return parent.clearState(self)
end

TemporalMaxPooling.empty = nn.SpatialMaxPooling.empty
