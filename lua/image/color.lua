-- Colour spaces: image.rgb2yuv, yuv2rgb, rgb2y. Each takes ([result,] picture) with a 3xHxW picture of bytes, floats or
-- doubles and returns 3xHxW (rgb2y: 1xHxW) of the same type.
local pen = require 'pen.ffi'
local T = require 'torch.tensor'

local function converter(name, channels)
  return function(first, second)
    local src = second or first
    if not torch.isTensor(src) or src:dim() ~= 3 or src:size(1) ~= 3 then
      local got = torch.isTensor(src) and T.shape_text(src) or torch.type(src)
      error(('image.%s: a 3xHxW picture expected, got %s'):format(name, got), 2)
    end
    local r = second and first or src.new()
    if r ~= src then r:resize(channels, src:size(2), src:size(3)) end
    local backend = T.backend(src)
    pen.check(backend, backend.lib['pen_' .. name](backend.ctx, r, src))
    return r
  end
end

return function(image)
  image.rgb2yuv = converter('rgb2yuv', 3)
  image.yuv2rgb = converter('yuv2rgb', 3)
  image.rgb2y = converter('rgb2y', 1)
end
