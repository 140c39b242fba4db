-- A painting's style level, estimated from the painting alone: the more of its surface shows no brush, the nearer to 1.
-- The share of flat places goes through a softmax over the three levels that the published ones mix, 1, 5 and 10, and
-- the most probable one is the answer. (Paper section 5 takes their mean under a classifier that was never released and
-- is nearly always sure; this one is not, and its mean lies further from the published levels.) docs/style_level.md
-- tells how far to trust it; scripts/calibrate_style.lua fits the softmax.
local M = {}

M.levels = {1, 5, 10}

local SIDE = 256 -- larger pictures shrink to SIDE x SIDE pixels in all, so that the answer is that of any resolution
local FLAT = 0.01 -- steps of luminance below this, 2.5 of 255, are hardly seen
local SOFT = 0.01 -- keeps the log-odds of 0 and 1 finite

-- Squares of the forward differences, C x (H - 1) x (W - 1), of a picture of C x H x W.
function M.squared_gradient(picture)
  local here = picture[{{}, {1, -2}, {1, -2}}]
  local dx, dy = here - picture[{{}, {1, -2}, {2, -1}}], here - picture[{{}, {2, -1}, {1, -2}}]
  return torch.cmul(dx, dx):add(torch.cmul(dy, dy))
end

-- Luminance at the working size, its means over 2 x 2 pixels: they even out how sharp scaling left it.
local function luminance(painting)
  local height, width = painting:size(2), painting:size(3)
  local factor = math.min(1, SIDE / math.sqrt(height * width))
  local function side(n) return math.max(3, math.floor(n * factor + 0.5)) end
  local small = image.scale(image.rgb2y(painting), side(width), side(height), 'bilinear')
  return image.convolve(small, small.new(2, 2):fill(1 / 4), 'valid')
end

-- Share of the painting (RGB in [0, 1], 3 x H x W) where luminance hardly changes from pixel to pixel, in [0, 1].
function M.flatness(painting)
  return M.squared_gradient(luminance(painting)):lt(FLAT ^ 2):double():mean()
end

-- The number that the softmax sees: log-odds of a share.
function M.log_odds(share) return math.log((share + SOFT) / (1 - share + SOFT)) end

-- Softmax of offset + slope x: a list of one probability for each of the levels.
function M.probabilities(model, x)
  local p, total, highest = {}, 0, -math.huge
  for k = 1, #M.levels do
    p[k] = model.offset[k] + model.slope[k] * x
    highest = math.max(highest, p[k])
  end
  for k = 1, #p do
    p[k] = math.exp(p[k] - highest)
    total = total + p[k]
  end
  for k = 1, #p do p[k] = p[k] / total end
  return p
end

-- The number of the group, 1 to 3, that these probabilities favour.
function M.group(p)
  local best = 1
  for k = 2, #p do
    if p[k] > p[best] then best = k end
  end
  return best
end

-- Level and {[1] = , [5] = , [10] = } probabilities of a painting, RGB in [0, 1], 3 x H x W.
function M.estimate(painting)
  if painting:dim() ~= 3 or painting:size(1) ~= 3 then error('a painting of 3 x H x W expected', 2) end
  local model = require 'pen.harmonize.style_coefficients'
  local p, named = M.probabilities(model, M.log_odds(M.flatness(painting))), {}
  for k, level in ipairs(M.levels) do named[level] = p[k] end
  return M.levels[M.group(p)], named
end

return M
