-- nn.SpatialCrossMapLRN(size [, alpha = 1e-4 [, beta = 0.75 [, k = 1]]]): local response normalisation across maps, as
-- in Caffe's LRN: y[c] = x[c] / scale[c]^beta, scale[c] = k + alpha/size * sum of x^2 over the size maps around c.
local layer = require 'nn.layer'

local SpatialCrossMapLRN, parent = torch.class('nn.SpatialCrossMapLRN', 'nn.Module')

function SpatialCrossMapLRN:__init(size, alpha, beta, k)
  parent.__init(self)
  if size % 2 == 0 then error('nn.SpatialCrossMapLRN: size must be odd', 3) end
  self.size, self.alpha, self.beta, self.k = size, alpha or 1e-4, beta or 0.75, k or 1
end

-- r += factor * sum of a over the maps within reach of each map.
local function add_neighbours(self, r, factor, a)
  local d, reach = a:dim() - 2, (self.size - 1) / 2
  local maps = a:size(d)
  for offset = -math.min(reach, maps - 1), math.min(reach, maps - 1) do
    local n, from = maps - math.abs(offset), math.max(1, 1 - offset)
    r:narrow(d, from, n):add(factor, a:narrow(d, from + offset, n))
  end
  return r
end

function SpatialCrossMapLRN:updateOutput(input)
  layer.feature_maps(self, input)
  self.scale = (self.scale or input.new()):resizeAs(input):fill(self.k)
  add_neighbours(self, self.scale, self.alpha / self.size, torch.cmul(input, input))
  return self.output:pow(self.scale, -self.beta):cmul(input)
end

-- g[c] scale[c]^-beta - 2 alpha beta / size * x[c] * sum over the neighbours c' of g[c'] y[c'] / scale[c']
function SpatialCrossMapLRN:updateGradInput(input, gradOutput)
  local shared = torch.cmul(gradOutput, self.output):cdiv(self.scale)
  local sums = add_neighbours(self, input.new():resizeAs(input):zero(), 1, shared)
  self.gradInput:pow(self.scale, -self.beta):cmul(gradOutput)
  return self.gradInput:add(-2 * self.alpha * self.beta / self.size, sums:cmul(input))
end

function SpatialCrossMapLRN:clearState()
  self.scale = nil
  return parent.clearState(self)
end
