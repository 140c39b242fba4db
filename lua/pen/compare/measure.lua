-- All measures of one example: values[kind][key] for the naive composite and each result, keys as in
-- pen.compare.catalogue. What cannot be measured is missing.
local regions = require 'pen.compare.regions'
local metrics = require 'pen.compare.metrics'
local coherence = require 'pen.compare.coherence'
local features = require 'pen.compare.features'

local M = {}

local function measure_pictures(values, pictures, where)
  local o, b = pictures.result, pictures.painting
  values.background_max, values.background_mean = metrics.background(o, b, where.outside)
  values.seam = metrics.seam(o, b, where.band, where.ring)
  values.grain = metrics.grain(o, b, where.inside)
  if pictures.reference then
    values.psnr = metrics.psnr(o, pictures.reference, where.inside)
    values.ssim = metrics.ssim(o, pictures.reference, where.inside)
  end
end

-- pictures: painting, naive, tight, loose, ours and perhaps theirs (pen.compare.examples); kinds: those to measure.
-- cnn: a network of VGG's topology, float; patches: how many coherence looks at. Returns the values and the object's
-- rectangle.
function M.example(pictures, kinds, cnn, patches)
  local where, values, list = regions.new(pictures.tight, pictures.loose), {}, {}
  for i, kind in ipairs(kinds) do
    values[kind], list[i] = {}, pictures[kind]
    measure_pictures(values[kind], {
      result = pictures[kind], painting = pictures.painting, reference = kind ~= 'theirs' and pictures.theirs or nil,
    }, where)
  end
  local colours, textures = coherence.measure(list, pictures.painting, where.inside, patches)
  local content, style = features.measure(cnn, pictures, kinds, where)
  for i, kind in ipairs(kinds) do
    local v = values[kind]
    v.coherence, v.texture, v.content, v.style = colours[i], textures[i], content[kind], style[kind]
  end
  return values, where.box
end

return M
