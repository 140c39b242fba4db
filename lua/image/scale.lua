-- image.scale: a picture to another size. Width comes before height.
local pen = require 'pen.ffi'
local T = require 'torch.tensor'

local scalings = {simple = pen.C.PEN_SIMPLE, bilinear = pen.C.PEN_BILINEAR, bicubic = pen.C.PEN_BICUBIC}
local usage = 'expected (picture, size [, mode]), (picture, width, height [, mode]) or (result, picture [, mode])'

-- Width and height for a size: a number or 'MAX' (longer side), 'WxH', '^MIN' (shorter side), '*factor', '*n/d'.
-- Both are at least 1; fractions are dropped.
local function target(size, w, h)
  local text = tostring(size)
  local width, height = text:match('^(%d+)x(%d+)$')
  if width then return tonumber(width), tonumber(height) end
  local n, d = text:match('^%*([%d.]+)/([%d.]+)$')
  local factor, shorter, longer = tonumber(text:match('^%*(.+)$')), tonumber(text:match('^%^(.+)$')), tonumber(text)
  local times, over = 1, 1
  if n then times, over = tonumber(n), tonumber(d)
  elseif factor then times = factor
  elseif shorter then times, over = shorter, math.min(w, h)
  elseif longer then times, over = longer, math.max(w, h)
  else
    error(("image.scale: size '%s' is not understood; use '256', '320x240', '^256', '*0.5', '*1/2'"):format(text), 4)
  end
  return math.max(w * times / over, 1), math.max(h * times / over, 1)
end

local function whole(value, name)
  value = tonumber(value)
  if not value or not (value >= 1 and value < 2 ^ 31) then
    error(('image.scale: %s is %s, expected 1 or more'):format(name, tostring(value)), 4)
  end
  return math.floor(value)
end

local function check_picture(t)
  if not torch.isTensor(t) then error('image.scale: ' .. usage, 4) end
  if t:dim() ~= 2 and t:dim() ~= 3 then
    error(('image.scale: a picture has 2 or 3 dimensions, this has %d'):format(t:dim()), 4)
  end
  if t.dtype ~= pen.C.PEN_BYTE and t.dtype ~= pen.C.PEN_FLOAT and t.dtype ~= pen.C.PEN_DOUBLE then
    error(('image.scale: %s is not supported, convert it with :float() first'):format(t:type()), 4)
  end
end

local function sized(src, width, height)
  width, height = whole(width, 'width'), whole(height, 'height')
  if src:dim() == 2 then return src.new(height, width) end
  return src.new(src:size(1), height, width)
end

-- The three forms of arguments -> result, source, mode.
local function understood(first, second, third, fourth, n)
  if torch.isTensor(second) then
    check_picture(second)
    if first:dim() ~= second:dim() or first:type() ~= second:type() then
      error(('image.scale: result is %dD %s, picture %dD %s'):format(first:dim(), first:type(), second:dim(),
        second:type()), 3)
    end
    return first, second, third
  end
  check_picture(first)
  if n == 2 or (n == 3 and type(third) == 'string' and not tonumber(third)) then
    return sized(first, target(second, first:size(first:dim()), first:size(first:dim() - 1))), first, third
  end
  return sized(first, second, third), first, fourth
end

return function(image)
  -- mode: 'bilinear' (default; means over areas when the picture shrinks), 'simple' (nearest) or 'bicubic'.
  function image.scale(...)
    local n = select('#', ...)
    if n < 2 or n > 4 then error('image.scale: ' .. usage, 2) end
    local first, second, third, fourth = ...
    local r, src, mode = understood(first, second, third, fourth, n)
    local scaling = scalings[mode or 'bilinear']
    if not scaling then
      error(("image.scale: mode '%s' is unknown; use 'bilinear', 'simple' or 'bicubic'"):format(tostring(mode)), 2)
    end
    local backend = T.backend(src)
    pen.check(backend, backend.lib.pen_scale(backend.ctx, r, src, scaling))
    return r
  end
end
