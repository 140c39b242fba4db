-- A cut-out with alpha laid over the painting.
local masks = require 'pen.harmonize.masks'
local M = {}

local LARGEST = 30000 -- pixels on a side

-- Colours times alpha (3 x h x w) and alpha (1 x h x w) at the new size: resized apart from it, the colours that hide
-- in transparent pixels would show as a fringe.
local function scaled(object, scale, name)
  local channels = object:size(1)
  local alpha = object:narrow(1, channels, 1):double()
  local colours = object:narrow(1, 1, channels - 1):double():expand(3, object:size(2), object:size(3))
  local premultiplied = torch.cat(torch.cmul(colours, alpha:expandAs(colours)), alpha, 1)
  if scale == 1 then return premultiplied end
  local function side(length) return math.max(1, math.floor(length * scale + 0.5)) end
  local w, h = side(object:size(3)), side(object:size(2))
  if not (scale > 0 and w <= LARGEST and h <= LARGEST) then
    error(('-scale %g: %s would be %g x %g pixels; give a factor above 0 that makes at most %d of a side'):format(scale,
      name, w, h, LARGEST))
  end
  return image.scale(premultiplied, w, h, 'bilinear')
end

-- The part of a side of `length` laid at `at` (0-based) that lies on a canvas of size `canvas`: first and last index
-- there, first and last in the object; 1-based.
local function overlap(at, length, canvas)
  local first, last = math.max(0, at), math.min(canvas, at + length)
  return {first + 1, last}, {first - at + 1, last - at}, first < last
end

-- Pastes object (2 x H x W grey and alpha, or 4 x H x W RGB and alpha), scaled, with its upper left corner at (x, y) of
-- the painting, in pixels from its upper left corner. -> composite (3 x H x W double), tight mask. What lies outside
-- the canvas is cut off. Errors: no alpha, or 0 everywhere; nothing of the object, or nothing else, on the canvas.
function M.object(painting, object, x, y, scale, name)
  masks.from_alpha(object, name)
  local over = scaled(object, scale, name)
  x, y = math.floor(x + 0.5), math.floor(y + 0.5)
  local w, h, composite = over:size(3), over:size(2), painting:double():clone()
  local columns, object_columns, in_width = overlap(x, w, composite:size(3))
  local rows, object_rows, in_height = overlap(y, h, composite:size(2))
  local function outside(what)
    error(('%s, %d x %d pixels at -at %d,%d, %s the painting, which is %d x %d: choose another -at or -scale'):format(
      name, w, h, x, y, what, composite:size(3), composite:size(2)))
  end
  if not (in_width and in_height) then outside('lies outside') end
  over = over[{{}, object_rows, object_columns}]
  local alpha, part = over:narrow(1, 4, 1), composite[{{}, rows, columns}]
  part:cmul((1 - alpha):expandAs(part)):add(over:narrow(1, 1, 3))
  local tight = torch.FloatTensor(composite:size(2), composite:size(3)):zero()
  tight[{rows, columns}] = alpha[1]:gt(masks.COVERED):float()
  if tight:sum() == 0 then outside('shows nothing on') end
  if tight:min() == 1 then outside('covers all of') end
  return composite, tight
end

return M
