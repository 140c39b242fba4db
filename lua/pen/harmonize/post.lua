-- Post-processing, after pass 2 (Luan et al., released program). The object's colours are made to follow the
-- edges of the naive composite, which takes coloured speckle away. Then the painting's own texture replaces what the
-- network made, patch by patch; only the finest detail stays. Blended over the painting under a soft mask.
--   result, naive, painting: 3 x H x W, RGB in [0, 1], double (where they are taken whole, float will do); mask: H x W,
--   the tight one
require 'torch'
require 'image'
local bands = require 'pen.harmonize.bands'
local pen = require 'pen.ffi'
local region = require 'pen.harmonize.region'
local T = require 'torch.tensor'
local M = {}

local PATCH = 7
local GUIDE_RADIUS, GUIDE_EPSILON = 2, 0.01
local REACH = 24 -- pixels around the mask, more than the soft mask and all filters see one after another

local function call(name, like, ...)
  local b = T.backend(like)
  pen.check(b, b.lib['pen_' .. name](b.ctx, ...), 3)
end

-- A 7 x 7 Gaussian with sigma in pixels, sum 1; zeros beyond the border.
function M.gaussian(sigma) return image.gaussian(7, sigma / 7, 1, true) end

local function blur(picture, sigma)
  return image.convolve(picture, M.gaussian(sigma):double(), 'same'):contiguous()
end

-- CIE Lab, 3 x H x W.
function M.lab(picture)
  local lab = picture.new(picture:size())
  call('rgb2lab', picture, lab, picture)
  return lab
end

-- a and b smoothed where the naive composite is smooth, L kept.
function M.filter_chroma(lab, naive)
  local filtered = lab:clone()
  local chroma = filtered:narrow(1, 2, 2)
  call('guided_filter', lab, chroma, naive, chroma, GUIDE_RADIUS, GUIDE_EPSILON)
  return filtered
end

function M.rgb(lab)
  local picture = lab.new(lab:size())
  call('lab2rgb', lab, picture, lab)
  return picture
end

-- O1 of the paper's notation: the result with its colours cleaned.
function M.clean_chroma(result, naive) return M.rgb(M.filter_chroma(M.lab(result), naive)) end

-- What is finer than the brush strokes that the search looks at.
function M.detail(picture) return picture - blur(picture, 1) end

-- How much of the new picture shows, H x W: 1 in the object, falling to 0 within six pixels around it.
function M.soft_mask(mask)
  return blur(torch.gt(blur(mask:double(), 3), 0.01):double(), 3)
end

-- 1 (byte) at the centres of all patches that touch a pixel where soft > 0.
local function patches_over(soft)
  local touched = image.convolve(torch.gt(soft, 0):double(), torch.ones(PATCH, PATCH):double(), 'same')
  return torch.gt(touched, 0.5)
end

local function bytes(picture) return torch.mul(picture, 255):add(0.5):clamp(0, 255):byte() end

-- The nearest 7 x 7 patch of the painting (smallest squared difference of 8-bit RGB, exact) for each patch of picture
-- that the soft mask touches: an H x W x 2 int field of (x, y), 0-based, as pen_average_vote takes it.
-- progress(fraction), or nil: see bands.search.
function M.nearest_patches(picture, painting, soft, progress)
  local a, b, asked = bytes(picture), bytes(painting), patches_over(soft)
  local h, w, candidates = a:size(2), a:size(3), b:size(2) * b:size(3)
  return bands.search(torch.IntTensor(h, w, 2), 1, a, asked, PATCH, candidates, progress, function(band, own)
    local corr = torch.IntTensor(band:size(2), w, 2)
    call('nearest_patches', corr, corr, band, b, own)
    return corr
  end)
end

-- The mean of the painting's patches that corr lays over each pixel; 0 where none lies.
function M.vote(painting, corr)
  local source, voted = painting:float(), torch.FloatTensor(3, corr:size(1), corr:size(2))
  call('average_vote', corr, voted, source:contiguous(), corr, PATCH)
  return voted:double()
end

local function check_sizes(result, naive, mask, painting)
  local h, w = result:size(2), result:size(3)
  for name, t in pairs {naive = naive, mask = mask, painting = painting} do
    local d = t:dim()
    if t:size(d) ~= w or t:size(d - 1) ~= h then
      error(('the %s is %d x %d, the result %d x %d: all pictures must have one size'):format(name, t:size(d),
        t:size(d - 1), w, h))
    end
  end
end

-- The finished picture, of the painting's type: equal to the painting where the soft mask is 0. Only the object and
-- what the filters see around it is computed.
function M.apply(result, naive, mask, painting, progress)
  check_sizes(result, naive, mask, painting)
  local box, finished = region.box(mask, REACH), painting:clone()
  local function part(t) return region.part(box, t):double():contiguous() end
  local cleaned, soft = M.clean_chroma(part(result), part(naive)), M.soft_mask(part(mask))
  local strokes = M.vote(painting, M.nearest_patches(cleaned, painting, soft, progress))
  local weight = soft:view(1, soft:size(1), soft:size(2)):expandAs(strokes)
  local mixed = strokes:add(M.detail(cleaned)):clamp(0, 1):cmul(weight)
  region.part(box, finished):copy(mixed:add(torch.cmul(part(painting), 1 - weight)))
  return finished
end

return M
