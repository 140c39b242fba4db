-- Lays a part of the scene in strokes, from broad to fine. A part is a table of functions of (x, y), in units of the
-- picture's height from its upper left corner:
--   inside(x, y)        whether strokes begin here
--   colour(x, y, s)     {r, g, b}; s in [0, 1) is a different number for each stroke, for broken colour
--   flow(x, y)          direction dx, dy the brush follows, of any length
-- and its layers {strokes, length, width, opacity, body, stray, light, warmth}: number of strokes tried (over the
-- whole canvas), length and width in pixels, opacity, thickness of the paint, how far strokes stray from the flow, how
-- far their colours stray from colour.
local brush = require 'pen.art.brush'
local colours = require 'pen.art.colour'

local M = {}

local sqrt = math.sqrt
local STEP = brush.STEP
local path = {} -- reused by every stroke

-- Follows the flow from (x, y), in canvas pixels, ahead (step > 0) or back, and fills path from index from to to.
local function follow(flow, x, y, scale, stray, step, from, to)
  local dx, dy = 0, 0
  for i = from, to, step > 0 and 1 or -1 do
    if (i - from) % 6 == 0 then
      local fx, fy = flow(x / scale, y / scale)
      fx, fy = fx - stray * fy, fy + stray * fx
      local norm = 1 / sqrt(fx * fx + fy * fy + 1e-9)
      if dx * fx + dy * fy < 0 then norm = -norm end
      dx, dy = fx * norm, fy * norm
    end
    path[2 * i], path[2 * i + 1] = x, y
    x, y = x + step * dx, y + step * dy
  end
end

-- One stroke that begins at (x, y).
local function lay(canvas, part, layer, x, y)
  local number, scale = canvas.number, canvas.height
  local light, warmth = layer.light or 0.04, layer.warmth or 0.03
  local colour = colours.shift(part.colour(x, y, number(0, 1)), number(-light, light), number(-warmth, warmth))
  local second = colours.shift(part.colour(x, y, number(0, 1)), number(-light, light), number(-warmth, warmth))
  local length = layer.length * number(0.6, 1.25)
  local half, stray = math.max(2, math.floor(length / STEP)), number(-1, 1) * (layer.stray or 0.15)
  follow(part.flow, x * scale, y * scale, scale, stray, STEP, half, 2 * half)
  follow(part.flow, x * scale, y * scale, scale, stray, -STEP, half, 0)
  brush.stroke(canvas, path, 2 * half + 1, {
    half = layer.width * number(0.75, 1.2), first = colour, second = second,
    opacity = layer.opacity or 0.9, body = layer.body or 1,
  })
end

-- Paints the part. Beginnings are spread evenly (multiples of the plastic number's powers, modulo 1).
function M.paint(canvas, part)
  local aspect = canvas.width / canvas.height
  for _, layer in ipairs(part.layers) do
    for i = 1, layer.strokes do
      local x, y = (0.5 + 0.7548776662466927 * i) % 1, (0.5 + 0.5698402909980532 * i) % 1
      x, y = (1.08 * x - 0.04) * aspect, 1.08 * y - 0.04
      if part.inside(x, y) then lay(canvas, part, layer, x, y) end
    end
  end
end

return M
