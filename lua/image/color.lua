-- Colour spaces: image.rgb2yuv, yuv2rgb, rgb2y, rgb2hsl, hsl2rgb, rgb2hsv, hsv2rgb, rgb2lab, lab2rgb, rgb2nrgb. Each
-- takes ([result,] picture) with a 3xHxW picture of bytes (not for Lab), floats or doubles and returns 3xHxW (rgb2y:
-- 1xHxW) of the same type.
local pen = require 'pen.ffi'
local T = require 'torch.tensor'

-- convert: the C function, with what it takes behind the two tensors.
local function converter(name, channels, convert, ...)
  local extra = {...}
  return function(first, second)
    local src = second or first
    if not torch.isTensor(src) or src:dim() ~= 3 or src:size(1) ~= 3 then
      local got = torch.isTensor(src) and T.shape_text(src) or torch.type(src)
      error(('image.%s: a 3xHxW picture expected, got %s'):format(name, got), 2)
    end
    local r = second and first or src.new()
    if r ~= src then r:resize(channels, src:size(2), src:size(3)) end
    local backend = T.backend(src)
    pen.check(backend, backend.lib[convert](backend.ctx, r, src, unpack(extra)))
    return r
  end
end

-- Each channel as a part of the sum of all three.
local function normalized(first, second)
  local src = second or first
  local sum = src:sum(1):add(1e-6)
  local parts = torch.cdiv(src, sum:expandAs(src))
  return second and first:resizeAs(parts):copy(parts) or parts
end

return function(image)
  image.rgb2yuv = converter('rgb2yuv', 3, 'pen_rgb2yuv')
  image.yuv2rgb = converter('yuv2rgb', 3, 'pen_yuv2rgb')
  image.rgb2y = converter('rgb2y', 1, 'pen_rgb2y')
  image.rgb2nrgb = normalized
  for name, conversion in pairs {
    rgb2hsl = pen.C.PEN_RGB2HSL, hsl2rgb = pen.C.PEN_HSL2RGB, rgb2hsv = pen.C.PEN_RGB2HSV,
    hsv2rgb = pen.C.PEN_HSV2RGB, rgb2lab = pen.C.PEN_RGB2CIELAB, lab2rgb = pen.C.PEN_CIELAB2RGB,
  } do image[name] = converter(name, 3, 'pen_color_model', conversion) end
end
