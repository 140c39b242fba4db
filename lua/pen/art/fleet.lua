-- Other boats on the bay, painted: rust and cream sails, and their reflections.
local random = require 'pen.art.random'
local colours = require 'pen.art.colour'

local M = {}

local hex, mix, ramp = colours.hex, colours.mix, colours.ramp
local noise = random.noise
local abs, max, min = math.abs, math.max, math.min

-- x, y: the mast's foot on the water; size: the mast's height; light, shade: of the mainsail; detail: size of strokes.
local boats = {
  {x = 1.205, y = 0.70, size = 0.30, light = hex 'ee7238', shade = hex 'b04436', detail = 1},
  {x = 0.36, y = 0.645, size = 0.085, light = hex 'e0683c', shade = hex '9c4448', detail = 0.4},
}

-- ---- the forms of a boat of height 1: > 0 inside; u to the stern and v up from the mast's foot ----

-- > 0 on the left of the way from a to b.
local function left_of(u, v, ax, ay, bx, by) return (bx - ax) * (v - ay) - (by - ay) * (u - ax) end

local function mainsail(u, v)
  local leech = left_of(u, v, 0.36, 0.13, 0.22, 1) + 0.12 * v * (1 - v)
  return min(u - 0.01, left_of(u, v, 0, 0.15, 0.36, 0.13), leech, left_of(u, v, 0.22, 1, 0, 0.68))
end

local function jib(u, v)
  return min(-0.02 - u, left_of(u, v, -0.38, 0.16, -0.03, 0.16), left_of(u, v, -0.03, 0.88, -0.38, 0.16))
end

local function mast(u, v) return min(0.028 - abs(u), v - 0.1, 0.95 - v) end

local function hull(u, v) return min(v + 0.01, 0.10 + 0.25 * u * u - v, 0.28 - u + 0.2 * v, u + 0.28 + 0.5 * v) end

-- ---- colours of the forms, and the directions of their strokes ----

local function mainsail_colour(u, v, s, boat)
  local shade = mix(hex '7a3a5c', boat.shade, 0.9 - 2 * u + 0.8 * v + s)
  local lit = mix(shade, boat.light, 0.7 - 4.5 * u + 0.6 * v + 1.6 * s)
  return mix(lit, hex 'f6b070', 1.5 * s - 1.15)
end

local function jib_colour(_, v, s) return mix(hex 'b7a4bc', hex 'fbe6bd', 0.3 * v + 1.2 * s - 0.1) end

local function mast_colour(_, _, s) return mix(hex '4a2a44', hex 'a8644a', s) end

local function hull_colour(u, v, s)
  local side = mix(hex 'f2dcc0', hex '8f88ac', 1.2 * u + s - 0.1)
  return mix(hex '2b4a6c', side, ramp(0.035, 0.085, v + 0.03 * s))
end

local function along_leech(u, v) return 0.15 + 0.5 * u - 0.35 * v, 1 end
local function along_luff(_, v) return 0.15 * v - 0.42, 1 end
local function along_mast() return 0, 1 end
local function along_keel(u) return 1, -0.5 * u end

-- ---- the parts that the painter lays ----

local TRIED = 60000 -- strokes on the whole canvas: enough for a small form

-- A form of a boat as a part of the scene.
local function shape(boat, form, colour, direction, layers)
  for _, layer in ipairs(layers) do
    layer.strokes, layer.length, layer.width = TRIED, layer.length * boat.detail, layer.width * boat.detail
  end
  local function place(x, y) return (x - boat.x) / boat.size, (boat.y - y) / boat.size end
  return {
    inside = function(x, y) return form(place(x, y)) > 0.012 end,
    colour = function(x, y, s)
      local u, v = place(x, y)
      return colour(u, v, s, boat)
    end,
    flow = function(x, y) return direction(place(x, y)) end,
    layers = layers,
  }
end

local function sail_layers()
  return {
    {length = 24, width = 6, body = 0.8, stray = 0.12, opacity = 1},
    {length = 18, width = 4.2, body = 1.2, stray = 0.2, light = 0.06},
  }
end

-- The boat upside down in the water, shortened and broken up by the waves.
local function reflection(boat)
  return {
    inside = function(x, y)
      local u, v = (x - boat.x) / boat.size + 0.12 * noise(3 * x, 70 * y), 1.5 * (y - boat.y) / boat.size
      local mirrored = max(mainsail(u, v), jib(u, v), hull(u, v)) > 0
      return mirrored and v > 0.02 and noise(9 * x, 60 * y) > v - 0.75
    end,
    colour = function(_, _, s) return mix(mix(boat.shade, boat.light, s), hex '4a6488', 0.4 + 0.3 * s) end,
    flow = function() return 1, 0 end,
    layers = {{strokes = 16000, length = 14, width = 3, stray = 0.05, opacity = 0.6}},
  }
end

M.parts = {}
for _, boat in ipairs(boats) do
  local function add(...) M.parts[#M.parts + 1] = shape(boat, ...) end
  M.parts[#M.parts + 1] = reflection(boat)
  add(mainsail, mainsail_colour, along_leech, sail_layers())
  add(jib, jib_colour, along_luff, sail_layers())
  add(mast, mast_colour, along_mast, {{length = 18, width = 1.8, stray = 0.02}})
  add(hull, hull_colour, along_keel, {{length = 16, width = 3.8, stray = 0.05, opacity = 1}})
end

return M
