-- nn.MaskedContentLoss{target = C x H x W, mask = H x W, ...}: loss = weight * mean((F - target)^2), the mean over all
-- C*H*W elements. With mask_own (default) the difference is that of F*mask and target*mask; without it that of the
-- whole maps, and only what is handed back is masked. Other options: see nn.MaskedLoss. Luan et al. 2018, content loss.
local Box = require 'nn.box'
local T = require 'torch.tensor'
local pen = require 'pen.ffi'

local MaskedContentLoss, parent = torch.class('nn.MaskedContentLoss', 'nn.MaskedLoss')

function MaskedContentLoss:__init(options)
  parent.__init(self, options)
  self:require(self.mask, 'mask is missing')
  self:requireFeatures(options.target, 'target', self.mask, 'mask')
  self.target = options.target:contiguous()
  self.count = self:elements(options.positions, self.target)
end

function MaskedContentLoss:ownGradient(input)
  local backend = T.backend(input)
  pen.check(backend, backend.lib.pen_mse(backend.ctx, self.gradInput, self:value(), input, self.target,
                                         self.mask_own and self.mask or nil, self.count), 5)
  return self:value()
end

-- Without mask_own the value then leaves out what lies outside of box, where the passes' features are the target's.
function MaskedContentLoss:focus(box)
  parent.narrow(self, box)
  self.target = Box.part(box, self.target):contiguous()
end

return MaskedContentLoss
