-- unsup: of Torch's package of unsupervised learning, the principal components; its networks are not here.
require 'torch'

local unsup = {}

-- Variances along the principal directions of the rows of x, and the directions as columns, smallest first.
function unsup.pcacov(x)
  local centred = x - x:mean(1):expandAs(x)
  local values, directions = torch.symeig(centred:t() * centred / (x:size(1) - 1), 'V')
  return values, directions
end

_G.unsup = unsup
return unsup
