-- nn.SpatialContrastiveNormalization([nInputPlane [, kernel [, threshold [, thresval]]]]): subtractive, then divisive
-- normalisation.
local SpatialContrastiveNormalization, parent = torch.class('nn.SpatialContrastiveNormalization', 'nn.Sequential')

function SpatialContrastiveNormalization:__init(nInputPlane, kernel, threshold, thresval)
  parent.__init(self)
  self:add(nn.SpatialSubtractiveNormalization(nInputPlane, kernel))
  self:add(nn.SpatialDivisiveNormalization(nInputPlane, kernel, threshold, thresval))
end

-- Torch's files hold the two in a container of their own.
function SpatialContrastiveNormalization:read(file)
  parent.read(self, file)
  if not self.modules then self.modules = self.normalizer.modules end
  self.normalizer = nil
end

function SpatialContrastiveNormalization:__tostring__()
  return torch.type(self)
end
