-- Measures on the features of a network of VGG's topology: does the object keep its content, has it the painting's
-- style? Both are relative, so that networks of other widths and scales can be read alike (compare numbers of one
-- network only).
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local network_features = require 'pen.harmonize.features'
local network = require 'pen.harmonize.network'
local harmonize_pictures = require 'pen.harmonize.pictures'

local M = {}

local STYLE_LAYERS = {'relu1_1', 'relu2_1', 'relu3_1', 'relu4_1'}
local CONTENT_LAYER = 'relu4_1'

-- The mask at each style layer, as it follows the network: layer name -> H x W float, fractional.
local function layer_masks(cnn, last, region)
  local masks, mask = {}, region:float()
  for i = 1, last do
    local layer = cnn:get(i)
    mask = network.follow(mask, layer)
    masks[layer.name] = network.contains(STYLE_LAYERS, layer.name) and mask:contiguous() or nil
  end
  return masks
end

-- Mean of f f^T over positions f of features (C x H x W), weighted by mask: C x C.
function M.gram(features, mask)
  local channels, backend = features:size(1), T.backend(features)
  local gram = features.new(channels, channels)
  pen.check(backend, backend.lib.pen_masked_gram(backend.ctx, gram, features, torch.sqrt(mask),
                                                 nn.MaskedLoss.above(mask, 0), 1 / mask:sum()))
  return gram
end

-- |a - b|^2 under the mask over |b|^2 under it: 0 for equal features (C x H x W), 1 for none; nil if b is zero there.
function M.content_distance(a, b, mask)
  local weights = mask:view(1, mask:size(1), mask:size(2)):expandAs(a)
  local difference = a - b
  local above = difference:cmul(difference):cmul(weights):sum()
  local below = torch.cmul(b, b):cmul(weights):sum()
  if below > 0 then return above / below end
end

-- |a - b| / |b| of two Gram matrices (Frobenius norms): 0 for equal ones, 1 for none; nil if b is zero.
function M.gram_distance(a, b)
  local norm = b:norm()
  if norm > 0 then return (a - b):norm() / norm end
end

local function style_distance(grams, painting_grams)
  local sum = 0
  for _, name in ipairs(STYLE_LAYERS) do
    local distance = M.gram_distance(grams[name], painting_grams[name])
    if not distance then return nil end
    sum = sum + distance
  end
  return sum / #STYLE_LAYERS
end

local function grams_of(features, masks)
  local grams = {}
  for _, name in ipairs(STYLE_LAYERS) do grams[name] = M.gram(features[name], masks[name]) end
  return grams
end

local function depth(cnn) return (network.depth(cnn, {model_file = STYLE_LAYERS})) end

-- Raises an error unless the network has the layers.
M.check = depth

-- pictures: {painting =, naive =, ...} (RGB in [0, 1], 3 x H x W); kinds: which of them to measure. Returns two tables
-- by kind. content: the object's content_distance from the naive composite at relu4_1; 0 is the naive composite
-- itself. style: gram_distance between the object and the painting outside the loose mask, mean over relu1_1 to
-- relu4_1; lower is better.
function M.measure(cnn, pictures, kinds, regions)
  local last = depth(cnn)
  local function features(kind)
    return network_features.maps(cnn, STYLE_LAYERS, harmonize_pictures.preprocess(pictures[kind]):float())
  end
  local inside, outside = layer_masks(cnn, last, regions.inside), layer_masks(cnn, last, regions.outside)
  local aim = regions.outside:sum() > 0 and grams_of(features('painting'), outside)
  local kept = features('naive')[CONTENT_LAYER]
  local content, style = {}, {}
  for _, kind in ipairs(kinds) do
    local found = features(kind)
    content[kind] = M.content_distance(found[CONTENT_LAYER], kept, inside[CONTENT_LAYER])
    style[kind] = aim and style_distance(grams_of(found, inside), aim) or nil
  end
  return content, style
end

return M
