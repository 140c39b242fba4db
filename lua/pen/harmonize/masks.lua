-- Where the object is: the tight mask from the difference of two pictures, from the alpha of a cut-out or from a user's
-- picture, the loose one grown from it, and everything brought to the painting's size.
-- Masks are H x W float, 0 or 1, 1 = object. Pictures are RGB in [0, 1], 3 x H x W. No file is read or written; names
-- ('-mask m.png') serve the messages alone.
local difference = require 'pen.harmonize.difference'
local M = {}

-- from_difference(composite, painting) -> tight mask, or nil, why, picture of the difference or nil
M.from_difference = difference.mask

-- More than this of the object's own colour, and a pixel is the object's: soft edges and shadows were pasted, too.
M.COVERED = 0.1

-- Neither empty nor full, or an error; returns the mask.
function M.usable(mask, name)
  local share = mask:mean()
  if share == 0 then error(('%s is empty (black everywhere): paint the pasted object white'):format(name)) end
  if share == 1 then error(('%s is full (white everywhere): paint white only what was pasted'):format(name)) end
  return mask
end

-- The tight mask of a cut-out: object is 2 x H x W (grey, alpha) or 4 x H x W. Fails without alpha or when all of it is
-- transparent.
function M.from_alpha(object, name)
  local channels = object:size(1)
  if channels ~= 2 and channels ~= 4 then
    error(('%s has no transparency (%d channels): cut the object out and save it as PNG with alpha'):format(name,
      channels))
  end
  local mask = object[channels]:gt(M.COVERED):float()
  if mask:sum() == 0 then error(('%s is transparent everywhere: its alpha is 0'):format(name)) end
  return mask
end

-- What a picture of a mask says at each pixel: its alpha where that varies, else its brightest channel.
local function brightness(mask)
  if mask:dim() == 2 then return mask:float() end
  local channels, alpha = mask:size(1), nil
  if channels == 2 or channels == 4 then
    alpha, channels = mask[channels], channels - 1
    if alpha:min() < alpha:max() then return alpha:float() end
  end
  return mask:narrow(1, 1, channels):max(1)[1]:float()
end

-- Is the mask black on the object? The evidence is where the composite differs from the painting: there black, hardly
-- anywhere white; and black is the smaller part, or most of it has changed.
local function inverted(mask, seen)
  local black = 1 - mask
  local in_white = torch.cmul(seen, mask):sum() / mask:sum()
  local in_black = torch.cmul(seen, black):sum() / black:sum()
  if in_black <= 4 * in_white then return false end
  local changed = seen:gt((difference.level(seen))):float()
  return mask:mean() > 0.5 or torch.cmul(changed, black):sum() / black:sum() > 0.5
end

-- A user's mask (H x W or C x H x W, in [0, 1], the size of the pictures) -> tight mask, and a notice when it was
-- inverted. White is what exceeds half of the brightest. Empty, full, and white where nothing was pasted are errors.
function M.checked(mask, composite, painting, name)
  local soft, seen = brightness(mask), difference.measure(composite, painting)
  local tight = soft:gt(math.max(0.02, soft:max() / 2)):float()
  M.usable(tight, name)
  local notice
  if inverted(tight, seen) then
    tight, notice = 1 - tight, name .. ' is black on the object: inverted'
  end
  if torch.cmul(seen, tight):max() < 0.02 then
    error(('%s: the composite equals the painting wherever the mask is white: paste the object in first, or paint ' ..
      'the mask where it was pasted'):format(name))
  end
  return tight, notice
end

-- The loose mask, as the authors make theirs: a Gaussian of sigma 1/3 of its window, over 0.1. The window is 35 where
-- the longer side is 700, and scales with it.
function M.grown(tight)
  local window = difference.scaled(35, tight)
  local across = image.gaussian {width = window, height = 1, sigma_horz = 1 / 3, normalize = true}
  local along_rows = image.convolve(tight:double(), across, 'same')
  return image.convolve(along_rows, across:t(), 'same'):gt(0.1):float()
end

local function size_text(t) return ('%d x %d'):format(t:size(t:dim()), t:size(t:dim() - 1)) end

-- A picture at the painting's size, and a notice if that changed it. The aspects must agree to about a hundredth.
local function fitted(picture, painting, name, painting_name)
  local d = picture:dim()
  local w, h, to_w, to_h = picture:size(d), picture:size(d - 1), painting:size(3), painting:size(2)
  if w == to_w and h == to_h then return picture end
  local ratio = w / h / (to_w / to_h)
  if math.abs(math.log(ratio)) > 0.01 + 1 / math.min(w, h, to_w, to_h) then
    error(('%s is %s, but %s is %s: another shape; crop or extend one until both show the same view'):format(name,
      size_text(picture), painting_name, size_text(painting)))
  end
  return image.scale(picture, to_w, to_h, 'bilinear'),
    ('%s resized from %s to the %s of %s'):format(name, size_text(picture), size_text(painting), painting_name)
end

-- Composite and mask (or nil) at the painting's size: -> composite, mask, notice or nil. Pictures of another shape are
-- an error. names: {painting =, composite =, mask =}.
function M.reconcile(painting, composite, mask, names)
  local notices = {}
  composite, notices[1] = fitted(composite, painting, names.composite, names.painting)
  if mask then mask, notices[#notices + 1] = fitted(mask, painting, names.mask, names.painting) end
  return composite, mask, notices[1] and table.concat(notices, '; ')
end

return M
