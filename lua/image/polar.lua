-- image.polar and image.logpolar: angles from top to bottom (a full turn, from straight down, clockwise), distances
-- from the middle from left to right.
local warp = require 'image.warp'

local modes = {simple = true, bilinear = true}

-- Half the picture's shorter side, or with 'full' its half diagonal: where the last column ends.
local function reach(height, width, mode)
  if mode == 'full' then return math.sqrt(width * width + height * height) / 2 end
  return math.min(width, height) / 2
end

-- A place on one axis. 'simple' and, where there are no two samples to mix, 'bilinear' take the sample at or before.
local function settled(py, px, height, width, interpolation)
  local y, x = math.floor(py), math.floor(px)
  if interpolation == 'simple' or y < 0 or x < 0 or y + 1 > height - 1 or x + 1 > width - 1 then return y, x end
  return py, px
end

local function places(src, rows, columns, interpolation, distance)
  local dims = src:dim()
  local height, width = src:size(dims - 1), src:size(dims)
  return warp.field(rows, columns, function(row, column)
    local angle, r = 2 * math.pi * row / rows, distance(column)
    return settled(r * math.cos(angle) + height / 2, -r * math.sin(angle) + width / 2, height, width, interpolation)
  end)
end

-- distance(m, n) -> function(column): how far from the middle a column of n lies when the last ends at m.
local function define(image, name, distance)
  image[name] = function(...)
    local result, src, list = warp.arguments(name, torch.isTensor((select(2, ...))), ...)
    local interpolation, mode = list[1] or 'simple', list[2] or 'valid'
    local o = {mode = warp.interpolation(name, interpolation, modes), cut = true}
    if mode ~= 'valid' and mode ~= 'full' then
      error(("image.%s: mode '%s' is unknown; use 'valid' or 'full'"):format(name, tostring(mode)), 2)
    end
    local dims = src:dim()
    local height, width = src:size(dims - 1), src:size(dims)
    local rows, columns = math.max(height, width), math.max(height, width)
    if result then rows, columns = result:size(result:dim() - 1), result:size(result:dim()) end
    return warp.sample(result, src,
      places(src, rows, columns, interpolation, distance(reach(height, width, mode), columns)), o)
  end
end

return function(image)
  -- image.polar([dst,] src [, interpolation [, mode]]): interpolation 'simple' (default) or 'bilinear'; mode 'valid'
  -- (default, up to the nearest border) or 'full' (all of the picture, 0 beyond it). The result has the size of dst, or
  -- is a square of the longer side.
  define(image, 'polar', function(m, n)
    return function(column) return m * column / n end
  end)

  -- The same with the logarithm of the distance: column i of n lies at m^(i/n).
  define(image, 'logpolar', function(m, n)
    local step = math.log(m) / n
    return function(column) return math.exp(column * step) end
  end)
end
