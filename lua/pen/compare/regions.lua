-- Where the measures look: from the two masks of an example to regions, H x W double tensors of zeros and ones.
local M = {}

-- The region grown by radius pixels in all eight directions (a square window).
function M.grown(region, radius)
  local side = 2 * radius + 1
  local across = image.convolve(region, torch.ones(1, side), 'same')
  return image.convolve(across, torch.ones(side, 1), 'same'):gt(0.5):double()
end

-- The region without what lies within radius pixels of its outside. The picture's border is no outside.
function M.shrunk(region, radius) return 1 - M.grown(1 - region, radius) end

-- The smallest rectangle around a region: x, y (0-based), width, height.
local function box(region)
  local function extent(flags)
    local n, first, last = flags:nElement(), nil, nil
    for i = 1, n do
      if flags[i] > 0 then first, last = first or i, i end
    end
    return first - 1, last - first + 1
  end
  local x, width = extent(region:max(1):view(-1))
  local y, height = extent(region:max(2):view(-1))
  return {x = x, y = y, width = width, height = height}
end

-- tight, loose: masks as loaded, H x W in [0, 1], white = object; JPEG's halos are why the border is at one half.
--   inside   the object                        band  3 pixels across its contour: one outside, two inside
--   outside  beyond the loose mask             ring  up to 20 pixels outside the object
--   box      the object's rectangle
-- Raises an error when the object is nowhere or everywhere.
function M.new(tight, loose)
  local inside = tight:gt(0.5):double()
  local count = inside:sum()
  if count == 0 then error('its mask is black everywhere: white marks the object', 0) end
  if count == inside:nElement() then error('its mask is white everywhere: white marks the object', 0) end
  return {
    inside = inside,
    outside = torch.cmul(1 - loose:gt(0.5):double(), 1 - inside),
    band = M.grown(inside, 1) - M.shrunk(inside, 2),
    ring = M.grown(inside, 20) - inside,
    box = box(inside),
  }
end

return M
