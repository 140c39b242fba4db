-- Hills beyond the bay, and the near bank with its grass and fallen leaves.
local random = require 'pen.art.random'
local colours = require 'pen.art.colour'
local sky = require 'pen.art.sky'

local M = {}

local hex, mix, ramp = colours.hex, colours.mix, colours.ramp
local noise, cloudy = random.noise, random.cloudy

-- A ridge of hills: height(x) above the horizon, its colours in light, in shade and at the foot, its layers.
local function ridge(height, light, shade, foot, layers)
  return {
    inside = function(x, y) return y > sky.HORIZON - height(x) and y < sky.HORIZON end,
    colour = function(x, y, s)
      local h = height(x) + 1e-3
      local up = (sky.HORIZON - y) / h
      local fold = 0.5 + 1.1 * noise(13 * x - 5 * up * h * 10, 3 * up + 2) + 0.5 * (s - 0.5)
      local colour = mix(mix(shade, light, fold), foot, 0.9 - 1.2 * up)
      local d = x - sky.SUN.x
      return mix(colour, hex 'f3bd86', 0.55 / (1 + 90 * d * d))
    end,
    flow = function(x, y)
      local up = ramp(0, 1, (sky.HORIZON - y) / (height(x) + 1e-3))
      return 0.03, 0.9 * (height(x) - height(x + 0.03)) * up + 0.014 * (1 - up) * noise(8 * x, 20 * y)
    end,
    layers = layers,
  }
end

local function far(x)
  return 0.055 + 0.055 * noise(2.4 * x + 3.3, 1.5) + 0.018 * noise(7 * x, 8.5) + 0.06 * ramp(0.75, 1.2, x)
end

local function near(x)
  return 0.02 + 0.13 * ramp(0.5, -0.1, x) + 0.014 * noise(9 * x, 3.5) - 0.04 * ramp(0.38, 0.6, x)
end

M.far = ridge(far, hex 'bf93ab', hex '6478b4', hex '9a98c0', {
  {strokes = 4000, length = 40, width = 9, body = 0.5}, {strokes = 7000, length = 22, width = 5.5, body = 0.9},
})
M.near = ridge(near, hex '7f8f80', hex '34507c', hex '3d6282', {
  {strokes = 6000, length = 34, width = 9, body = 0.5}, {strokes = 7000, length = 18, width = 5, body = 0.9},
})

-- ---- the bank ----

local function edge(x) return 0.81 + 0.24 * x * x + 0.06 * x + 0.014 * noise(6 * x, 0.5) end

local grass = {
  {0, hex '2a2548'}, {0.3, hex '3d4a58'}, {0.5, hex '6f6a4a'}, {0.72, hex 'b8843f'}, {1, hex 'f0bf66'},
}

M.bank = {
  inside = function(x, y) return y > edge(x) end,
  colour = function(x, y, s)
    local depth = y - edge(x)
    local light = 0.42 + 0.22 / (1 + 500 * depth * depth) - 0.9 * depth
    return colours.gradient(grass, light + 0.55 * cloudy(5 * x + 2, 7 * y) + 0.5 * (s - 0.5))
  end,
  flow = function(x, y) return 0.9 + 0.9 * noise(5 * x, 5 * y), 0.5 * noise(7 * x + 3, 7 * y) - 0.35 end,
  layers = {
    {strokes = 2000, length = 36, width = 16, body = 0.4, opacity = 1, stray = 0.5},
    {strokes = 5200, length = 22, width = 7, stray = 0.6, light = 0.04},
    {strokes = 7000, length = 16, width = 4, stray = 0.7, light = 0.05, body = 1.2},
  },
}

local leaves = {hex 'a8323a', hex 'd2492f', hex 'ea733a', hex 'f4a552', hex 'fbd890'}

-- Fallen leaves in drifts, some of one colour.
M.fallen = {
  inside = function(x, y)
    local depth = y - edge(x)
    return depth > 0.015 and 0.55 * noise(9 * x + 1, 12 * y + 4) + 0.35 * noise(40 * x, 40 * y) > 0.04 - 1.5 * depth
  end,
  colour = function(x, y, s)
    local k = math.floor(1.4 + 2.2 * noise(3.2 * x + 9, 5 * y) + 2.4 * s)
    return leaves[math.max(1, math.min(5, k))]
  end,
  flow = function(x, y) return 1, 1.2 * noise(30 * x, 30 * y) - 0.3 end,
  layers = {
    {strokes = 2600, length = 16, width = 7, body = 1, stray = 0.9, opacity = 0.7, light = 0.03},
    {strokes = 5600, length = 9, width = 5.5, body = 1.6, stray = 1.5, opacity = 0.85, light = 0.05},
    {strokes = 1800, length = 5, width = 3.5, body = 1.8, stray = 1.5, opacity = 0.9, light = 0.07},
  },
}

return M
