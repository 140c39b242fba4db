-- Which part of the painting gives its style to which part of the object. Fields are H x W x 2 int, (x, y), 0-based, on
-- the painting's map. Only positions that a mask or the consistency step looks at are matched.
local bands = require 'pen.harmonize.bands'
local pen = require 'pen.ffi'
local region = require 'pen.harmonize.region'
local T = require 'torch.tensor'
local M = {}

local function call(name, like, ...)
  local b = T.backend(like)
  pen.check(b, b.lib[name](b.ctx, ...), 3)
end

local function new_int(like, ...) return T.sibling(like, 'Int').new(...) end

-- Pass 1, step 1: at each position under the mask the painting's feature vector whose 3 x 3 patch is most similar
-- (cosine) to the object's; zero elsewhere. C x H x W. watch(fraction), or nil: see bands.search.
function M.matched_features(object, style, mask, patch, watch)
  local asked = torch.gt(mask, 0):type((new_int(object):type()))
  local candidates = style:size(2) * style:size(3)
  return bands.search(style.new(object:size()), 2, object, asked, patch, candidates, watch, function(band, own)
    local corr, match = new_int(object, band:size(2), band:size(3), 2), style.new(band:size())
    call('pen_match_cosine', object, corr, match, band, style, own, patch, 1)
    return match
  end)
end

-- Pass 2, step 2: the field of the most similar patches (dot product) at the positions asked for; zero elsewhere.
local function matched_field(object, style, asked, patch, watch)
  local h, w = object:size(2), object:size(3)
  local candidates = style:size(2) * style:size(3)
  return bands.search(new_int(object, h, w, 2), 1, object, asked, patch, candidates, watch, function(band, own)
    local corr = new_int(object, band:size(2), w, 2)
    call('pen_match_dot', object, corr, band, style, own, patch)
    return corr
  end)
end

-- Each position's feature vector divided by its length.
local function normalised(features)
  local length = torch.sqrt(torch.sum(torch.pow(features, 2), 1))
  return torch.cdiv(features, (length + 1e-8):expandAs(features))
end

-- The positions whose matches the consistency step reads: the mask, grown by its window once for each iteration.
local function within_reach(mask, window, iterations)
  local grown = mask:float()
  for _ = 1, math.max(1, iterations) do grown = region.grown(grown, window) end
  return grown:int()
end

-- Pass 2, steps 2 to 4. object, style: feature maps of the pass-1 result and of the painting at the reference layer;
-- tight: H x W mask at picture size; painting: RGB picture. Returns the ring mask (int, h x w): every position of the
-- painting that the object uses, and its neighbours, once.
function M.ring_mask(object, style, tight, painting, params)
  local h, w = object:size(2), object:size(3)
  local int_type = new_int(object):type()
  local inside = image.scale(torch.gt(tight, 0.1), w, h, 'simple'):int()
  if inside:sum() == 0 then
    error(('-tmask_image %s: nothing is left of the object at the reference layer (%d x %d): raise -image_size')
      :format(params.tmask_image, w, h))
  end
  local asked = within_reach(inside, params.refine_size, params.refine_iter):type(int_type)
  inside = inside:type(int_type)
  params.say('  Brute-force patch matching...')
  local corr = matched_field(normalised(object), normalised(style), asked, params.patchmatch_size, params.watch)
  params.say('  Refining NNF...')
  local guide = image.scale(painting, w, h, 'bilinear'):type(object:type())
  for i = 1, params.refine_iter do
    params.say(('  iter=%d'):format(i - 1))
    local refined = new_int(object, h, w, 2)
    call('pen_nnf_refine', object, refined, corr, guide, inside, params.refine_size)
    corr = refined
  end
  local ring = new_int(object, style:size(2), style:size(3))
  call('pen_nnf_ring_mask', object, ring, corr, inside, params.ring_radius)
  return ring
end

-- Step 5: the mask at a finer layer, by nearest neighbour; float.
function M.finer_mask(ring, h, w)
  return image.scale(ring:double(), w, h, 'simple'):float()
end

return M
