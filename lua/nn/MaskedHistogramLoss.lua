-- nn.MaskedHistogramLoss{target = C x H' x W', target_mask = H' x W', mask = H x W, bins = 256, ...}: pulls the masked
-- activations of each channel towards the histogram of the target's under its mask. Each activation F is compared with
-- the value R that the target's histogram has at the same rank: own gradient F - R where mask > 0.1, else 0;
-- loss = weight * sum((F - R)^2) / (C*H*W). The own gradient is not masked before it is normalised (mask_own is not
-- used). Other options: see nn.MaskedLoss. Luan et al. 2018, after Risser et al. 2017.
local T = require 'torch.tensor'
local pen = require 'pen.ffi'

local MaskedHistogramLoss, parent = torch.class('nn.MaskedHistogramLoss', 'nn.MaskedLoss')

local LEVEL = 0.1 -- positions above it take part

-- Bounds, histogram (scaled to count positions) and running sum of the target.
local function measure(self, target, mask, bins, count)
  local backend, channels = T.backend(target), target:size(1)
  local lib, ctx = backend.lib, backend.ctx
  self.low, self.high = target.new(channels), target.new(channels)
  self.histogram = target.new(channels, bins)
  pen.check(backend, lib.pen_channel_range(ctx, self.low, self.high, target, mask), 5)
  pen.check(backend, lib.pen_histogram(ctx, self.histogram, target, self.low, self.high, mask), 5)
  self.histogram:mul(count / mask:ge(LEVEL):sum())
  self.cumulative = torch.cumsum(self.histogram, 2)
end

function MaskedHistogramLoss:__init(options)
  parent.__init(self, options)
  self.mask_own, self.positions = false, options.positions
  self:require(self.mask, 'mask is missing')
  self:requireMask(options.target_mask, 'target_mask')
  self:requireFeatures(options.target, 'target', options.target_mask, 'target_mask')
  local count, bins = self.mask:gt(LEVEL):sum(), options.bins or 256
  self:require(count > 0, 'mask is empty: it has no position above %g', LEVEL)
  self:require(options.target_mask:max() >= LEVEL, 'target_mask is empty: it has no position of at least %g', LEVEL)
  self:require(type(bins) == 'number' and bins >= 1, 'bins must be a positive number')
  measure(self, options.target:contiguous(), options.target_mask:contiguous(), bins, count)
end

function MaskedHistogramLoss:ownGradient(input)
  local backend = T.backend(input)
  pen.check(backend, backend.lib.pen_hist_match(backend.ctx, self.gradInput, self:value(), input, self.mask,
                                                self:places(LEVEL), self.histogram, self.cumulative, self.low,
                                                self.high, self:elements(self.positions, input)), 5)
  return self:value()
end

MaskedHistogramLoss.focus = parent.narrow

return MaskedHistogramLoss
