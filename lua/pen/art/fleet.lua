-- Other boats on the bay, painted: rust and cream sails.
local random = require 'pen.art.random'
local colours = require 'pen.art.colour'
local sky = require 'pen.art.sky'

local M = {}

local hex, mix, ramp = colours.hex, colours.mix, colours.ramp
local noise = random.noise

-- Boats: x and y of the mast's foot on the water, height of the mast, colours of the mainsail in light and shade.
local boats = {
  {1.205, 0.70, 0.30, hex 'ee7238', hex 'b04436'},
  {0.36, 0.645, 0.085, hex 'e0683c', hex '9c4448'},
}

-- The shapes of a boat of height 1, mast's foot at (0, 0), u to the stern, v up; each returns > 0 inside.
local function above(u, v, ax, ay, bx, by) return (bx - ax) * (v - ay) - (by - ay) * (u - ax) end

local function mainsail(u, v)
  return math.min(u - 0.01, above(u, v, 0, 0.15, 0.36, 0.13), above(u, v, 0.36, 0.13, 0.22, 1) + 0.12 * v * (1 - v),
    above(u, v, 0.22, 1, 0, 0.68))
end

local function jib(u, v)
  return math.min(-0.02 - u, above(u, v, -0.38, 0.16, -0.03, 0.16), above(u, v, -0.03, 0.88, -0.38, 0.16))
end

local function hull(u, v)
  return math.min(v + 0.01, 0.10 + 0.25 * u * u - v, 0.28 - u + 0.2 * v, u + 0.28 + 0.5 * v)
end

-- The parts of one boat: its shapes as the painter lays them, with strokes that follow the sails' edges.
local function shape(boat, form, colour, lean, layers)
  local x0, y0, size = boat[1], boat[2], boat[3]
  return {
    inside = function(x, y) return form((x - x0) / size, (y0 - y) / size) > 0.012 end,
    colour = function(x, y, s) return colour((x - x0) / size, (y0 - y) / size, s) end,
    flow = function(x, y)
      local u, v = (x - x0) / size, (y0 - y) / size
      return lean(u, v)
    end,
    layers = layers,
  }
end

local function mast(u, v) return math.min(0.016 + 0.012 - math.abs(u), v - 0.1, 0.95 - v) end
local function along_mast() return 0, 1 end
local function along_leech(u, v) return 0.25 + 0.5 * (u - 0.2) - 0.35 * v, 1 end
local function along_luff(_, v) return -0.42 + 0.15 * v, 1 end
local function along_keel(u) return 1, -0.5 * u end

local function reflection(boat)
  local x0, y0, size = boat[1], boat[2], boat[3]
  return {
    inside = function(x, y)
      local u, v = (x - x0) / size, (y - y0) / size * 1.5
      u = u + 0.12 * noise(3 * x, 70 * y)
      local mirrored = math.max(mainsail(u, v), jib(u, v), hull(u, v)) > 0
      return v > 0.02 and v < 1 and mirrored and noise(9 * x, 60 * y) > v - 0.75
    end,
    colour = function(_, _, s) return mix(mix(boat[5], boat[4], s), hex '4a6488', 0.4 + 0.3 * s) end,
    flow = function() return 1, 0 end,
    layers = {{strokes = 16000, length = 14, width = 3, stray = 0.05, opacity = 0.6}},
  }
end

M.parts = {}
for _, boat in ipairs(boats) do
  local fine = boat[3] < 0.15
  local strokes, length, width = 60000, fine and 8 or 24, fine and 2.6 or 6
  local layers = {
    {strokes = strokes, length = length, width = width, body = 0.8, stray = 0.12, light = 0.04, opacity = 1},
    {strokes = strokes / 2, length = 0.8 * length, width = 0.7 * width, body = 1.2, stray = 0.2, light = 0.06},
  }
  M.parts[#M.parts + 1] = reflection(boat)
  M.parts[#M.parts + 1] = shape(boat, mainsail, function(u, v, s)
    local shade = mix(hex '7a3a5c', boat[5], 0.9 - 2 * u + 0.8 * v + s)
    return mix(mix(shade, boat[4], 1.5 - 4.5 * u + 0.6 * v + 1.6 * (s - 0.5)), hex 'f6b070', 1.5 * s - 1.15)
  end, along_leech, layers)
  M.parts[#M.parts + 1] = shape(boat, jib, function(_, v, s)
    return mix(hex 'b7a4bc', hex 'fbe6bd', 0.5 + 0.3 * v + 1.2 * (s - 0.5))
  end, along_luff, layers)
  M.parts[#M.parts + 1] = shape(boat, mast, function(_, _, s)
    return mix(hex '4a2a44', hex 'a8644a', s)
  end, along_mast, {{strokes = strokes, length = fine and 8 or 18, width = fine and 1 or 1.8, body = 0.8, stray = 0.02}})
  M.parts[#M.parts + 1] = shape(boat, hull, function(u, v, s)
    local side = mix(hex 'f2dcc0', hex '8f88ac', 1.2 * u + s - 0.1)
    return mix(hex '2b4a6c', side, ramp(0.02, 0.07, v + 0.03 * (s - 0.5)))
  end, along_keel, {
    {strokes = strokes, length = fine and 6 or 16, width = fine and 2.2 or 3.6, body = 0.9, stray = 0.05, opacity = 1},
  })
end

return M
