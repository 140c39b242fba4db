-- nn.SpatialContrastiveNormalization([nInputPlane [, kernel [, threshold [, thresval]]]]): subtractive, then divisive
-- normalisation.
local SpatialContrastiveNormalization, parent = torch.class('nn.SpatialContrastiveNormalization', 'nn.Sequential')

function SpatialContrastiveNormalization:__init(nInputPlane, kernel, threshold, thresval)
  parent.__init(self)
  self:add(nn.SpatialSubtractiveNormalization(nInputPlane, kernel))
  self:add(nn.SpatialDivisiveNormalization(nInputPlane, kernel, threshold, thresval))
end

function SpatialContrastiveNormalization:__tostring__()
  return torch.type(self)
end
