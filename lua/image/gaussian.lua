-- Kernels: image.gaussian, gaussian1D and laplacian; and image.gaussianpyramid, which filters with one.
local pen = require 'pen.ffi'
local dok = require 'dok'

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

-- A height x width tensor of doubles, from the top left.
local function plane(height, width, value)
  local values = torch.DoubleTensor(height, width)
  local data = values:data()
  for y = 1, height do
    for x = 1, width do data[(y - 1) * width + x - 1] = value(y, x) end
  end
  return values
end

local number, boolean, tensor = 'number', 'boolean', 'torch.Tensor'

-- What gaussian and laplacian share. sigma: the default of sigma.
local function kernel_arguments(arguments, name, help, sigma)
  return dok.unpack(arguments, name, help,
    {arg = 'size', type = number, help = 'width and height', default = 3},
    {arg = 'sigma', type = number, help = 'width of the bell, as a part of the size', default = sigma},
    {arg = 'amplitude', type = number, help = 'largest value', default = 1},
    {arg = 'normalize', type = boolean, help = 'make the sum 1, whatever the amplitude', default = false},
    {arg = 'width', type = number, defaulta = 'size'}, {arg = 'height', type = number, defaulta = 'size'},
    {arg = 'sigma_horz', type = number, defaulta = 'sigma'}, {arg = 'sigma_vert', type = number, defaulta = 'sigma'},
    {arg = 'mean_horz', type = number, help = 'middle, as a part of the width', default = 0.5},
    {arg = 'mean_vert', type = number, help = 'middle, as a part of the height', default = 0.5},
    {arg = 'tensor', type = tensor, help = 'result, whose size counts'})
end

local function checked(result, dims, name)
  if result and (result:dim() ~= dims or result:nElement() == 0) then
    error(('%s: tensor must have %d dimension(s) and not be empty'):format(name, dims), 3)
  end
end

-- The result resized to the source's height and width times the scale.
local function sized(result, source, scale)
  local sizes = source:size()
  for d = #sizes - 1, #sizes do sizes[d] = math.max(1, math.floor(sizes[d] * scale)) end
  return result:resize(sizes)
end

return function(image)
  -- A height x width Gaussian of the default type (or in the tensor given). Arguments by position or name.
  function image.gaussian(...)
    local o = kernel_arguments({...}, 'image.gaussian', 'a Gaussian', 0.25)
    checked(o.tensor, 2, 'image.gaussian')
    local height, width = o.height, o.width
    if o.tensor then height, width = o.tensor:size(1), o.tensor:size(2) end
    local across, down = bell(width, o.sigma_horz, o.mean_horz), bell(height, o.sigma_vert, o.mean_vert)
    local values = plane(height, width, function(y, x) return o.amplitude * down[y] * across[x] end)
    if o.normalize then values:div(values:sum()) end
    return fill(o.tensor or torch.Tensor(height, width), values)
  end

  -- image.gaussian1D([size, sigma, amplitude, normalize, mean, tensor]): one row of it.
  function image.gaussian1D(...)
    local o = dok.unpack({...}, 'image.gaussian1D', 'a Gaussian of one dimension',
      {arg = 'size', type = number, default = 3}, {arg = 'sigma', type = number, default = 0.25},
      {arg = 'amplitude', type = number, default = 1}, {arg = 'normalize', type = boolean, default = false},
      {arg = 'mean', type = number, default = 0.5}, {arg = 'tensor', type = tensor})
    checked(o.tensor, 1, 'image.gaussian1D')
    local n = o.tensor and o.tensor:size(1) or o.size
    local values = torch.DoubleTensor(bell(n, o.sigma, o.mean)):mul(o.amplitude)
    if o.normalize then values:div(values:sum()) end
    return fill(o.tensor or torch.Tensor(n), values)
  end

  -- (1 - r) exp(-r), r half the squared distance from the middle. As in Torch, rows are measured with the horizontal
  -- sigma, mean and width, and columns with the vertical ones: it matters where these differ.
  function image.laplacian(...)
    local o = kernel_arguments({...}, 'image.laplacian', 'a Laplacian of a Gaussian', 0.1)
    local cy, cx = o.mean_horz * o.width + 0.5, o.mean_vert * o.height + 0.5
    local sy, sx = o.sigma_horz * o.width, o.sigma_vert * o.height
    local values = plane(o.height, o.width, function(y, x)
      local r = (((y - cy) / sy) ^ 2 + ((x - cx) / sx) ^ 2) / 2
      return (1 - r) * o.amplitude * math.exp(-r)
    end)
    if o.normalize then values:div(values:sum()) end
    return torch.Tensor(o.height, o.width):copy(values)
  end

  -- image.gaussianpyramid([results,] picture, scales): a list of pictures, one for each scale. Each is taken by
  -- image.scale 'simple' from the one before, smoothed with a Gaussian of 3x3; the first from the picture as it is.
  function image.gaussianpyramid(...)
    local results, source, scales = ...
    if select('#', ...) == 2 then results, source, scales = {}, ... end
    if not torch.isTensor(source) or (source:dim() ~= 2 and source:dim() ~= 3) or type(scales) ~= 'table' then
      error('image.gaussianpyramid: expected ([list of results,] picture, list of scales)', 2)
    end
    local kernel, smoothed = image.gaussian {width = 3, normalize = true}, source
    for i, scale in ipairs(scales) do
      results[i] = results[i] or source.new()
      sized(results[i], source, scale)
      if scale == 1 then results[i]:copy(smoothed) else image.scale(results[i], smoothed, 'simple') end
      smoothed = image.convolve(results[i], kernel, 'same')
    end
    return results
  end
end
