-- The bay: the sky upside down, deeper and cooler, in strokes that lie flat and grow towards us.
local random = require 'pen.art.random'
local colours = require 'pen.art.colour'
local sky = require 'pen.art.sky'

local M = {}

local hex, mix, ramp = colours.hex, colours.mix, colours.ramp
local noise, cloudy = random.noise, random.cloudy
local hills = hex '6a76ac'
local deep, teal, violet, gold, peach = hex '1c3c68', hex '2f7285', hex '5a5c93', hex 'fde2a0', hex 'f2a877'

-- Waves in perspective: crests narrow towards the horizon.
local function wave(x, y)
  local depth = (y - sky.HORIZON + 0.03)
  return cloudy(0.9 * (x - 0.5) / (depth + 0.1) + 7, 1.7 / (depth + 0.06))
end

function M.colour(x, y, s)
  local depth = (y - sky.HORIZON) / (1 - sky.HORIZON)
  local w = wave(x, y)
  local mirrored = sky.colour(x + 0.05 * w, math.max(0, sky.HORIZON * (1 - 0.95 * depth) - 0.05 + 0.06 * w), s)
  mirrored = mix(hills, mirrored, 9 * depth - 0.5 + 2 * s + w)
  local body = mix(mix(teal, violet, 1.1 * s - 0.15), deep, 0.25 + 0.5 * depth + 0.9 * w)
  local colour = mix(mirrored, body, 0.34 + 0.30 * depth + 0.45 * w)
  local away = math.abs(x - sky.SUN.x) / (0.035 + 0.2 * depth)
  local glitter = ramp(1.15, 0.15, away + 1.3 * w + 0.5 * (s - 0.5))
  return mix(colour, mix(gold, peach, 0.9 * depth + 0.4 * s - 0.1), 0.9 * glitter)
end

function M.flow(x, y) return 1, 0.10 * noise(5 * x, 30 * y) end

-- Strokes of one size in a band between two depths below the horizon.
local function band(from, to, layers)
  return {
    inside = function(_, y) return y >= sky.HORIZON + from and y < sky.HORIZON + to end,
    colour = M.colour, flow = M.flow, layers = layers,
  }
end

M.parts = {
  band(0, 1, {{strokes = 1400, length = 80, width = 18, body = 0.4, opacity = 1}}),
  band(0, 0.09, {{strokes = 9000, length = 22, width = 3.2, stray = 0.05}}),
  band(0.07, 0.2, {{strokes = 5000, length = 34, width = 5, stray = 0.08, light = 0.05, warmth = 0.04}}),
  band(0.17, 1, {{strokes = 3600, length = 46, width = 7.5, stray = 0.1, light = 0.05, warmth = 0.045}}),
}

return M
