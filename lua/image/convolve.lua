-- image.convolve.
local pen = require 'pen.ffi'
local T = require 'torch.tensor'

-- Pixels of bytes are computed in floats, so that they can be rounded and clamped at the end.
local function working(t) return t.dtype == pen.C.PEN_BYTE and t:float() or t end

local function convolve(src, kernel, full)
  local function size(d, k) return full and src:size(d) + kernel:size(d) - 1 or src:size(d) - kernel:size(d) + 1 end
  local height, width = size(2), size(3)
  if height < 1 or width < 1 then
    error(('image.convolve: the kernel (%s) is larger than the picture (%s)'):format(T.shape_text(kernel),
      T.shape_text(src)), 3)
  end
  local r, backend = src.new(src:size(1), height, width), T.backend(src)
  pen.check(backend, backend.lib.pen_convolve(backend.ctx, r, src, kernel, full and 1 or 0, 1), 4)
  return r
end

-- A 3D kernel of the picture's type; a 2D one serves all channels.
local function kernel_for(src, kernel)
  local k = kernel:type(src:type())
  if k:dim() == 2 then
    local height, width = k:size(1), k:size(2)
    k = k:contiguous():view(1, height, width):expand(src:size(1), height, width)
  end
  if k:dim() ~= 3 or k:size(1) ~= src:size(1) then
    error(('image.convolve: kernel is %s, picture %s'):format(T.shape_text(kernel), T.shape_text(src)), 3)
  end
  return k
end

local function understood(first, second, third, fourth)
  if torch.isTensor(third) then return first, second, third, fourth end
  return nil, first, second, third
end

return function(image)
  -- image.convolve([result,] picture, kernel [, mode]): true convolution of each channel. mode: 'valid' (default, only
  -- where the kernel fits), 'full' or 'same' (zeros around; 'same' is a view of the middle of 'full'). The kernel may
  -- be of another type; pictures of bytes stay bytes, rounded and clamped.
  function image.convolve(...)
    local r, src, kernel, mode = understood(...)
    if not torch.isTensor(src) or not torch.isTensor(kernel) then
      error('image.convolve: expected ([result,] picture, kernel [, mode])', 2)
    end
    if mode and mode ~= 'valid' and mode ~= 'full' and mode ~= 'same' then
      error(("image.convolve: mode '%s' is unknown; use 'valid', 'full' or 'same'"):format(tostring(mode)), 2)
    end
    local flat = src:dim() == 2
    local values = working(src)
    local picture = flat and values:contiguous():view(1, src:size(1), src:size(2)) or values
    local k = kernel_for(picture, kernel)
    local out = convolve(picture, k, mode == 'full' or mode == 'same')
    if mode == 'same' then
      for d = 2, 3 do out = out:narrow(d, math.ceil(k:size(d) / 2), picture:size(d)) end
    end
    if flat then out = out:select(1, 1) end
    if values ~= src then out = src.new(out:size()):copy(out:add(0.5):clamp(0, 255)) end
    return r and r:resizeAs(out):copy(out) or out
  end
end
