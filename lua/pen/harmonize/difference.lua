-- The tight mask from two pictures alone: where the composite differs from the painting. On the authors' 35 examples
-- its intersection over union with their hand-made masks is 0.97 in the median and 0.91 in the worst case; composites
-- saved anew as JPEG of quality 30 to 75 keep that, or are refused.
local pen = require 'pen.ffi'
local M = {}

local LEAST = 0.08      -- a larger difference is the object: that of two good JPEGs stays below 0.05
local NOISE = 5         -- so many times the quiet quarter's difference is the object, where all was saved anew
local NOISIEST = 0.05   -- a quiet quarter beyond this is no background any more
local RAISED = {1, 1.25, 1.6, 2, 2.5, 3.2} -- times these, where that finds no object
local MOST = 0.35       -- but never more
local GAP = 5           -- pixels, where the longer side is 700: narrower gaps are closed
local HOLE = 0.03       -- holes below this share of the object are filled; through larger ones one sees the painting
local SPECK = 0.02      -- parts below this share of the largest one are dropped
local KEPT = 0.9        -- less of what changed lies in the parts kept: the rest is no noise
local SOLID = 0.72      -- less of the found mask has changed: what differs are the painting's own edges
local SURELY = 0.77     -- the same at raised levels, which find objects easily
local EVERYWHERE = 0.9

-- Of the most differing channel: H x W float.
function M.measure(composite, painting)
  return (composite - painting):abs():max(1)[1]:float()
end

-- The difference from which on a pixel is taken for changed, and the difference that a quarter of all stays below.
function M.level(difference)
  local sorted = torch.sort(difference:view(-1))
  local quiet = sorted[math.ceil(sorted:nElement() / 4)]
  return math.max(LEAST, NOISE * quiet), quiet
end

-- An odd length in pixels, at least 3, that is `length` where the picture's longer side is 700.
function M.scaled(length, picture)
  local exact = length * math.max(picture:size(1), picture:size(2)) / 700
  return math.max(3, 2 * math.floor(exact / 2) + 1)
end

-- The largest value in a square window around each position: along rows, then along columns.
local function spread(mask, window)
  local reach, x = (window - 1) / 2, mask:view(1, mask:size(1), mask:size(2))
  x = nn.SpatialMaxPooling(window, 1, 1, 1, reach, 0):float():forward(x)
  return nn.SpatialMaxPooling(1, window, 1, 1, 0, reach):float():forward(x)[1]
end

local function closed(mask, window) return 1 - spread(1 - spread(mask, window), window) end

-- The number of pixels of each position's component, 0 where mask is. H x W int.
local function areas(mask, diagonal)
  local area = torch.IntTensor(mask:size())
  pen.check(pen.cpu, pen.C.pen_component_areas(pen.cpu.ctx, area, torch.gt(mask, 0), diagonal and 1 or 0))
  return area
end

-- Small parts of the background are holes, also at the border of the picture. (On the object the area is 0.)
local function filled(mask) return areas(1 - mask):le(HOLE * mask:sum()):float() end

local function without_specks(mask)
  local area = areas(mask, true)
  return area:ge(math.max(1, SPECK * area:max())):float()
end

-- The object in what changed (H x W float, 0 or 1); nil where that does not look like one.
local function object(changed, solid)
  if changed:sum() == 0 then return nil end
  local mask = without_specks(filled(closed(changed, M.scaled(GAP, changed))))
  local common = torch.cmul(changed, mask):sum()
  local is_object = common >= KEPT * changed:sum() and common >= solid * mask:sum() and mask:mean() <= EVERYWHERE
  return is_object and mask or nil
end

-- The tight mask. Otherwise nil, one line that says why, and, unless the pictures are equal, the difference as a grey
-- picture (H x W float, the level at half white) that shows what was seen.
function M.mask(composite, painting)
  local difference = M.measure(composite, painting)
  local level, quiet = M.level(difference)
  if quiet <= NOISIEST and difference:max() <= level then
    return nil, ('the composite equals the painting (they differ by %.2g at most): paste the object in first, ' ..
      'or give a mask'):format(difference:max())
  end
  for i, factor in ipairs(quiet <= NOISIEST and RAISED or {}) do
    if level * factor > MOST then break end
    local mask = object(difference:gt(level * factor):float(), i == 1 and SOLID or SURELY)
    if mask then return mask end
  end
  return nil, 'the composite differs from the painting almost everywhere, so the object cannot be told from it: ' ..
    'make the composite from this very file of the painting, at its size and unshifted, or give a mask',
    (difference / (2 * level)):clamp(0, 1)
end

return M
