-- image.drawRect: the frame of a rectangle on a picture.
local T = require 'torch.tensor'
local pen = require 'pen.ffi'

-- The width positions around place, which counts from 1: the first and the last.
local function band(place, width)
  local first = math.floor(place) - math.floor(width / 2)
  return first, first + width - 1
end

-- Fills what of these columns and rows lies in the picture.
local function fill(picture, left, right, top, bottom, color)
  left, right = math.max(left, 1), math.min(right, picture:size(3))
  top, bottom = math.max(top, 1), math.min(bottom, picture:size(2))
  if left > right or top > bottom then return end
  local part, most = picture:sub(1, 3, top, bottom, left, right), picture.dtype == pen.C.PEN_BYTE and 1 or 255
  for c = 1, 3 do part[c]:fill(color[c] / most) end
end

return function(image)
  -- image.drawRect(src, x1, y1, x2, y2 [, {color = {255, 0, 0}, lineWidth = 1, inplace = false}]): 3xHxW with the lines
  -- between two corners, whose pixels count from 1. Parts outside the picture are left out. color: 0..255.
  function image.drawRect(src, x1, y1, x2, y2, options)
    if not T.is(src) or src:dim() ~= 3 or src:size(1) ~= 3 then
      error('image.drawRect: a picture of 3xHxW expected', 2)
    end
    local o = options or {}
    local picture, color, width = o.inplace and src or src:clone(), o.color or {255, 0, 0}, o.lineWidth or 1
    if not (x1 and y1 and x2 and y2) then return picture end
    local left, right = band(x1, width), select(2, band(x2, width))
    local top, bottom = band(y1, width), select(2, band(y2, width))
    for _, x in ipairs {x1, x2} do
      local from, to = band(x, width)
      fill(picture, from, to, top, bottom, color)
    end
    for _, y in ipairs {y1, y2} do
      local from, to = band(y, width)
      fill(picture, left, right, from, to, color)
    end
    return picture
  end
end
