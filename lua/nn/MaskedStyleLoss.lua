-- nn.MaskedStyleLoss{target = C x C, mask = H x W, ...}: loss = weight * mean((G - target)^2) with the Gram matrix
-- G = X X^T / (C * sum(mask)) of the masked features X = F*mask. The own gradient is dLoss/dX. Other options: see
-- nn.MaskedLoss. Gatys et al. 2016, under a mask as in Luan et al. 2018.
local T = require 'torch.tensor'
local pen = require 'pen.ffi'

local MaskedStyleLoss, parent = torch.class('nn.MaskedStyleLoss', 'nn.MaskedLoss')

-- Fills gram (C x C) with scale * X X^T of X = features * mask at the places where mask is above 0; returns it.
local function fill_gram(gram, features, mask, places, scale)
  local backend = T.backend(features)
  pen.check(backend, backend.lib.pen_masked_gram(backend.ctx, gram, features, mask, places, scale), 4)
  return gram
end

-- The normalised Gram matrix of features (C x H x W) under mask (H x W), as a new C x C tensor: a target.
function MaskedStyleLoss.gram(features, mask)
  local channels, weights = features:size(1), mask:contiguous()
  return fill_gram(features.new(channels, channels), features:contiguous(), weights, MaskedStyleLoss.above(weights, 0),
                   1 / (channels * mask:sum()))
end

function MaskedStyleLoss:__init(options)
  parent.__init(self, options)
  self:require(self.mask, 'mask is missing')
  local target = options.target
  self:require(torch.isTensor(target) and target:dim() == 2 and target:size(1) == target:size(2),
               'target must be a Gram matrix, channels x channels')
  self.target = target:contiguous()
  self.gram, self.gram_gradient = target.new():resizeAs(target), target.new():resizeAs(target)
  self.scale = 1 / (target:size(1) * self.mask:sum())
end

function MaskedStyleLoss:ownGradient(input)
  local backend, places, gram_gradient = T.backend(input), self:places(0), self.gram_gradient
  local lib, ctx = backend.lib, backend.ctx
  fill_gram(self.gram, input, self.mask, places, self.scale)
  pen.check(backend, lib.pen_mse(ctx, gram_gradient, self:value(), self.gram, self.target, nil, 0), 5)
  pen.check(backend, lib.pen_masked_gram_backward(ctx, self.gradInput, gram_gradient, input, self.mask, places,
                                                  self.scale), 5)
  return self:value()
end

MaskedStyleLoss.focus = parent.narrow

return MaskedStyleLoss
