-- matting: the matting Laplacian of a picture (Levin, Lischinski, Weiss, "A Closed-Form Solution to Natural Image
-- Matting", 2008), as the list of entries that cuda_utils.matting_laplacian reads.
--
-- A window of n pixels with mean colour m and covariance S says of its pixels i and j:
--   L(i, j) = sum over the windows that hold both of [i = j] - (1 + (I_i - m)' (S + epsilon / n)^-1 (I_j - m)) / n
-- All windows are computed at once: tap k of all of them is one plane.
require 'torch'

local M = {}

-- The inverses of symmetric 3 x 3 matrices, planes s[i][j] for i <= j, in the same form.
local function inverse(s)
  local function minor(a, b, c, d) return torch.cmul(a, b):addcmul(-1, c, d) end
  local r = {{}, {}, {}}
  r[1][1] = minor(s[2][2], s[3][3], s[2][3], s[2][3])
  r[1][2] = minor(s[1][3], s[2][3], s[1][2], s[3][3])
  r[1][3] = minor(s[1][2], s[2][3], s[1][3], s[2][2])
  r[2][2] = minor(s[1][1], s[3][3], s[1][3], s[1][3])
  r[2][3] = minor(s[1][2], s[1][3], s[1][1], s[2][3])
  r[3][3] = minor(s[1][1], s[2][2], s[1][2], s[1][2])
  local determinant = torch.cmul(s[1][1], r[1][1]):addcmul(s[1][2], r[1][2]):addcmul(s[1][3], r[1][3])
  for i = 1, 3 do
    for j = i, 3 do r[i][j]:cdiv(determinant) end
  end
  return r
end

-- How to take tap k = 0.. of every window from planes [.. x] W x H, as a view.
local function tap_of(width, height, side)
  return function(planes, k)
    local d = planes:dim()
    local across = planes:narrow(d - 1, math.floor(k / side) + 1, width - side + 1)
    return across:narrow(d, k % side + 1, height - side + 1)
  end
end

-- By tap: the colours' offsets from their window's mean, and those times the window's inverse. Planes of windows.
local function whitened(picture, tap, taps, epsilon)
  local mean, offsets, results, s = tap(picture, 0):clone(), {}, {}, {{}, {}, {}}
  for k = 1, taps - 1 do mean:add(tap(picture, k)) end
  mean:div(taps)
  for k = 0, taps - 1 do offsets[k] = tap(picture, k) - mean end
  for i = 1, 3 do
    for j = i, 3 do
      s[i][j] = torch.DoubleTensor(mean[1]:size()):fill(i == j and epsilon / taps or 0)
      for k = 0, taps - 1 do s[i][j]:addcmul(1 / taps, offsets[k][i], offsets[k][j]) end
    end
  end
  local r = inverse(s)
  for k = 0, taps - 1 do
    results[k] = torch.DoubleTensor(mean:size()):zero()
    for i = 1, 3 do
      for j = 1, 3 do results[k][i]:addcmul(r[math.min(i, j)][math.max(i, j)], offsets[k][j]) end
    end
  end
  return offsets, results
end

-- One plane W x H per offset between two pixels, that across outer, that down inner: L(pixel, pixel + offset).
local function bands_of(picture, radius, epsilon)
  local side, reach = 2 * radius + 1, 4 * radius + 1
  local taps, width, height = side * side, picture:size(2), picture:size(3)
  local tap = tap_of(width, height, side)
  local offsets, results = whitened(picture, tap, taps, epsilon)
  local bands = torch.DoubleTensor(reach * reach, width, height):zero()
  local same = bands[2 * radius * (reach + 1) + 1]
  for a = 0, taps - 1 do
    tap(same, a):add(1)
    for b = 0, taps - 1 do
      local across, down = math.floor(b / side) - math.floor(a / side), b % side - a % side
      local band = bands[(across + 2 * radius) * reach + down + 2 * radius + 1]
      tap(band, a):add(-1 / taps, torch.cmul(offsets[a], results[b]):sum(1)[1]:add(1))
    end
  end
  return bands
end

-- The list of entries: pixels column by column, and of each the offsets that stay in the picture.
local function list_of(bands, radius)
  local width, height, reach = bands:size(2), bands:size(3), 4 * radius + 1
  local missing = 2 * radius * (2 * radius + 1) -- offsets that leave a row or a column, at both ends together
  local list = torch.FloatTensor((reach * width - missing) * (reach * height - missing), 3)
  local data, source, at = list:data(), bands:data(), 0
  for p = 0, width * height - 1 do
    local x, y = math.floor(p / height), p % height
    for band = 0, reach * reach - 1 do
      local across, down = math.floor(band / reach) - 2 * radius, band % reach - 2 * radius
      if x + across >= 0 and x + across < width and y + down >= 0 and y + down < height then
        data[at], data[at + 1], data[at + 2] = p + 1, p + 1 + across * height + down, source[band * width * height + p]
        at = at + 3
      end
    end
  end
  return list
end

-- The entries of L as N x 3 floats (row, column, value), in order of rows and columns. picture: 3 x H x W, colours from
-- 0 to 1; a pixel's number is column * H + row + 1, both from 0. epsilon (1e-7) holds windows of few colours together;
-- windows have this radius (1).
function M.laplacian(picture, epsilon, radius)
  epsilon, radius = epsilon or 1e-7, radius or 1
  if picture:dim() ~= 3 or picture:size(1) ~= 3 then error('a picture of 3 x H x W is expected', 2) end
  if math.min(picture:size(2), picture:size(3)) < 2 * radius + 1 then
    error(('a picture of at least %d pixels each way is expected'):format(2 * radius + 1), 2)
  end
  return list_of(bands_of(picture:double():transpose(2, 3):contiguous(), radius, epsilon), radius)
end

return M
