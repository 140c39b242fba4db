-- Kernels and filtering: image.gaussian, image.convolve.
local pen = require 'pen.ffi'
local T = require 'torch.tensor'

-- Positional or named arguments, in this order.
local gaussian_arguments = {
  'size', 'sigma', 'amplitude', 'normalize', 'width', 'height', 'sigma_horz', 'sigma_vert', 'mean_horz', 'mean_vert',
  'tensor',
}

local function gaussian_options(...)
  local first, options = ..., {}
  if type(first) == 'table' then
    for name, value in pairs(first) do options[name] = value end
  else
    for i, name in ipairs(gaussian_arguments) do options[name] = (select(i, ...)) end
  end
  local function default(name, value) if options[name] == nil then options[name] = value end end
  default('size', 3)
  default('sigma', 0.25)
  default('amplitude', 1)
  default('width', options.size)
  default('height', options.size)
  default('sigma_horz', options.sigma)
  default('sigma_vert', options.sigma)
  default('mean_horz', 0.5)
  default('mean_vert', 0.5)
  return options
end

-- exp(-((i - c) / (sigma n))^2 / 2) for i = 1..n, c = mean n + 1/2.
local function bell(n, sigma, mean)
  local list, center = {}, mean * n + 0.5
  for i = 1, n do list[i] = math.exp(-((i - center) / (sigma * n)) ^ 2 / 2) end
  return list
end

-- Byte tensors hold the rounded, clamped values.
local function fill(tensor, values)
  if tensor.dtype == pen.C.PEN_BYTE then values:add(0.5):clamp(0, 255) end
  return tensor:copy(values)
end

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
  -- A height x width Gaussian of the default type (or in options.tensor): sigma and mean are fractions of the width and
  -- height; normalize makes the sum 1 whatever the amplitude. Arguments by position or as one table of names.
  function image.gaussian(...)
    local o = gaussian_options(...)
    local height, width = o.height, o.width
    if o.tensor then height, width = o.tensor:size(1), o.tensor:size(2) end
    local across, down = bell(width, o.sigma_horz, o.mean_horz), bell(height, o.sigma_vert, o.mean_vert)
    local values = torch.DoubleTensor(height, width)
    local data = values:data()
    for y = 1, height do
      for x = 1, width do data[(y - 1) * width + x - 1] = o.amplitude * down[y] * across[x] end
    end
    if o.normalize then values:div(values:sum()) end
    return fill(o.tensor or torch.Tensor(height, width), values)
  end

  -- image.convolve([result,] picture, kernel [, mode]): true convolution of each channel. mode: 'valid' (default, only
  -- where the kernel fits), 'full' or 'same' (zeros around; 'same' is a view of the middle of 'full').
  function image.convolve(...)
    local r, src, kernel, mode = understood(...)
    if not torch.isTensor(src) or not torch.isTensor(kernel) then
      error('image.convolve: expected ([result,] picture, kernel [, mode])', 2)
    end
    if mode and mode ~= 'valid' and mode ~= 'full' and mode ~= 'same' then
      error(("image.convolve: mode '%s' is unknown; use 'valid', 'full' or 'same'"):format(tostring(mode)), 2)
    end
    local flat = src:dim() == 2
    local picture = flat and src:contiguous():view(1, src:size(1), src:size(2)) or src
    local k = kernel_for(picture, kernel)
    local out = convolve(picture, k, mode == 'full' or mode == 'same')
    if mode == 'same' then
      for d = 2, 3 do out = out:narrow(d, math.ceil(k:size(d) / 2), picture:size(d)) end
    end
    if flat then out = out:select(1, 1) end
    return r and r:resizeAs(out):copy(out) or out
  end
end
