-- Random numbers and smooth noise of the art's own. They need + - * / and floor only, as all of the art keeps to
-- those and sqrt: no sine or power whose last bit depends on the C library, so a picture is the same everywhere.
local M = {}

local floor = math.floor

-- A function (low, high) -> uniform numbers in [low, high), from a seed in 1 .. 2^31 - 2 (MINSTD).
function M.numbers(seed)
  local state = seed
  return function(low, high)
    state = state * 16807 % 2147483647
    return low + (high - low) * (state / 2147483647)
  end
end

local SIDE = 64
local lattice = {}
do
  local number = M.numbers(20011)
  for i = 0, SIDE * SIDE - 1 do lattice[i] = number(-1, 1) end
end

local function node(x, y) return lattice[(y % SIDE) * SIDE + x % SIDE] end

-- Smooth noise in [-1, 1] with features of about one unit, repeated every 64 units.
function M.noise(x, y)
  local ix, iy = floor(x), floor(y)
  local u, v = x - ix, y - iy
  u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
  local top = node(ix, iy) + (node(ix + 1, iy) - node(ix, iy)) * u
  local bottom = node(ix, iy + 1) + (node(ix + 1, iy + 1) - node(ix, iy + 1)) * u
  return top + (bottom - top) * v
end

-- Noise of four octaves, about in [-1, 1].
function M.cloudy(x, y)
  local noise = M.noise
  return 0.53 * noise(x, y) + 0.27 * noise(2 * x + 17.3, 2 * y + 5.1) + 0.13 * noise(4 * x + 3.7, 4 * y + 31.9)
    + 0.07 * noise(8 * x + 11.1, 8 * y + 23.3)
end

return M
