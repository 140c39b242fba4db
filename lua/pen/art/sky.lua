-- An evening sky that turns about the setting sun.
local random = require 'pen.art.random'
local colours = require 'pen.art.colour'

local M = {}

local hex, mix, ramp = colours.hex, colours.mix, colours.ramp
local noise, cloudy = random.noise, random.cloudy

M.HORIZON = 0.62
M.SUN = {x = 0.50, y = 0.475}

local air = {
  {0, hex '2b4a8c'}, {0.25, hex '3f6fae'}, {0.48, hex '6fa3bf'}, {0.68, hex 'b5cfb9'}, {0.84, hex 'f2d9a0'},
  {1, hex 'f4b183'},
}
local coral, peach, cream, lavender, slate = hex 'dd6644', hex 'f5ae6c', hex 'fde8bd', hex '9c86b6', hex '566499'
local pigments = {hex '8f86c8', hex '48b0b0', hex 'f0c8b0'}
local halo, disc = hex 'fbdc93', hex 'fff3c9'

-- Distance from the sun, 0 .. about 1.
local function from_sun(x, y)
  local dx, dy = x - M.SUN.x, y - M.SUN.y
  return math.sqrt(dx * dx + dy * dy)
end

-- Bands of cloud that rise to the right: their density, and the side of them that the sun lights.
local function cloud(x, y)
  local along, across = x + 0.30 * y, y - 0.28 * x
  local bx, by = x - 1.0, y - 0.40
  local clearing = 0.34 / (1 + 22 * bx * bx + 40 * by * by) -- where a boat's sails will stand
  local warp = 0.35 * noise(2.3 * x + 4, 2.3 * y + 9)
  local here = cloudy(2.2 * along + warp + 3.1, 6.5 * across + warp + 0.7)
  local below = cloudy(2.2 * along + warp + 3.1, 6.5 * (across + 0.05) + warp + 0.7)
  return ramp(0, 0.26, here - clearing + 0.06), 0.5 + 1.5 * (here - below)
end

-- The sky without strokes; s shifts between the pigments of a cloud.
function M.colour(x, y, s)
  local d = from_sun(x, y)
  local colour = colours.gradient(air, (y + 0.03 * noise(4 * x, 9 * y) + 0.09 * (s - 0.5)) / M.HORIZON)
  colour = mix(colour, pigments[1 + math.floor(3 * noise(90 * s, 7) % 3)], 0.16)
  local density, lit = cloud(x, y)
  local near = 1 / (1 + 9 * d * d)
  local warm = mix(mix(coral, peach, 1.3 * s - 0.3 + 0.5 * near), cream, 1.5 * near - 0.7 + 0.3 * s)
  local cool = mix(slate, lavender, 0.4 + s * 0.8 + 0.5 * y)
  colour = mix(colour, mix(cool, warm, lit + 0.8 * near - 0.3 + 0.4 * (s - 0.5)), 0.9 * density)
  colour = mix(colour, halo, 0.95 / (1 + 60 * d * d))
  return mix(colour, disc, ramp(0.062, 0.045, d))
end

-- Around the sun when near it, along the clouds when far, with slow eddies.
function M.flow(x, y)
  local dx, dy = x - M.SUN.x, y - M.SUN.y
  local d2 = dx * dx + dy * dy
  local turn = 1 / (1 + 14 * d2)
  local step = 0.01
  local n = noise(3 * x + 5, 3 * y + 2)
  local cx, cy = (noise(3 * x + 5, 3 * (y + step) + 2) - n) / step, -(noise(3 * (x + step) + 5, 3 * y + 2) - n) / step
  local d = math.sqrt(d2) + 1e-6
  return turn * -dy / d + (1 - turn) * (0.95 + 0.16 * cx), turn * dx / d + (1 - turn) * (0.27 + 0.16 * cy)
end

M.part = {
  inside = function(_, y) return y < M.HORIZON + 0.02 end,
  colour = M.colour, flow = M.flow,
  layers = {
    {strokes = 1000, length = 100, width = 28, body = 0.4, opacity = 1, stray = 0.2},
    {strokes = 2600, length = 56, width = 13, body = 0.8, light = 0.045, warmth = 0.035},
    {strokes = 4200, length = 32, width = 8, body = 1.1, light = 0.05, warmth = 0.04},
    {strokes = 1600, length = 24, width = 5, body = 1.2, light = 0.07, warmth = 0.06},
  },
}

return M
