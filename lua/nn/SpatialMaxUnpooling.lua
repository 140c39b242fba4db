-- nn.SpatialMaxUnpooling(pooling): puts each value where pooling, an nn.SpatialMaxPooling with windows side by side,
-- last found its maximum, among zeros.
local SpatialMaxUnpooling, parent = torch.class('nn.SpatialMaxUnpooling', 'nn.Module')

function SpatialMaxUnpooling:__init(pooling)
  parent.__init(self)
  if torch.type(pooling) ~= 'nn.SpatialMaxPooling' or pooling.kH ~= pooling.dH or pooling.kW ~= pooling.dW then
    error('nn.SpatialMaxUnpooling needs an nn.SpatialMaxPooling whose stride is its kernel', 3)
  end
  self.pooling = pooling
end

-- The places as rows, one for each map, and how many pixels a map has.
local function places(self, input)
  local indices, n = self.pooling.indices, input:dim()
  if not indices:isSameSizeAs(input) then error('nn.SpatialMaxUnpooling: the pooling saw another size', 3) end
  return indices:view(-1, input:size(n - 1) * input:size(n)), self.pooling.iheight * self.pooling.iwidth
end

function SpatialMaxUnpooling:updateOutput(input)
  local rows, pixels = places(self, input)
  self.output:resize(rows:size(1), pixels):zero():scatter(2, rows, input:contiguous():view(rows:size()))
  local size, n = input:size(), input:dim()
  size[n - 1], size[n] = self.pooling.iheight, self.pooling.iwidth
  return self.output:resize(size)
end

function SpatialMaxUnpooling:updateGradInput(input, gradOutput)
  local rows, pixels = places(self, input)
  return self.gradInput:set(gradOutput:contiguous():view(-1, pixels):gather(2, rows):viewAs(input))
end

SpatialMaxUnpooling.empty = nn.SpatialMaxPooling.empty

function SpatialMaxUnpooling:__tostring__()
  return ('%s associated to %s'):format(torch.type(self), tostring(self.pooling))
end
