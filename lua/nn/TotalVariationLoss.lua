-- nn.TotalVariationLoss{weight = w, mask = H x W or none, ...}: own gradient of half the sum of squared differences
-- between neighbours, over the (H-1) x (W-1) interior. It only smooths: self.loss stays 0. Without a mask everything
-- moves. Other options: see nn.MaskedLoss. Johnson's neural-style, masked as in Luan et al. 2018.
local T = require 'torch.tensor'
local pen = require 'pen.ffi'

local TotalVariationLoss = torch.class('nn.TotalVariationLoss', 'nn.MaskedLoss')

function TotalVariationLoss:ownGradient(input)
  local backend = T.backend(input)
  pen.check(backend, backend.lib.pen_tv_gradient(backend.ctx, self.gradInput, input), 5)
  return 0
end

return TotalVariationLoss
