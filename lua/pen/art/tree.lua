-- A maple in autumn that leans over the bay: the dark, warm mass that leads into the picture.
local random = require 'pen.art.random'
local colours = require 'pen.art.colour'
local sky = require 'pen.art.sky'

local M = {}

local hex, mix, ramp = colours.hex, colours.mix, colours.ramp
local noise = random.noise

-- Limbs: a quadratic curve from (x0, y0) by (x1, y1) to (x2, y2), half as thick as w0 .. w2.
local limbs = {
  {0.125, 1.03, 0.01, 0.62, 0.215, 0.16, 0.032, 0.006},
  {0.094, 0.60, 0.14, 0.42, 0.37, 0.20, 0.013, 0.004},
  {0.092, 0.56, 0.08, 0.40, 0.02, 0.26, 0.011, 0.004},
  {0.190, 0.40, 0.26, 0.33, 0.26, 0.13, 0.008, 0.003},
}

local function along(limb, t)
  local a, b, c = (1 - t) * (1 - t), 2 * t * (1 - t), t * t
  return a * limb[1] + b * limb[3] + c * limb[5], a * limb[2] + b * limb[4] + c * limb[6]
end

-- For (x, y): the distance across a limb in its half widths (-1 left .. 1 right), and the limb's direction there.
local function on_limb(x, y)
  local best, bx, by = 9, 0, -1
  for _, limb in ipairs(limbs) do
    for i = 0, 24 do
      local t = i / 24
      local px, py = along(limb, t)
      local half = limb[7] + (limb[8] - limb[7]) * t
      local qx, qy = along(limb, t + 0.02)
      local tx, ty = qx - px, qy - py
      local norm = 1 / math.sqrt(tx * tx + ty * ty)
      local u, v = ((x - px) * tx + (y - py) * ty) * norm, ((y - py) * tx - (x - px) * ty) * norm
      if math.abs(u) < 0.03 and math.abs(v / half) < math.abs(best) then
        best, bx, by = v / half, tx * norm, ty * norm
      end
    end
  end
  return best, bx, by
end

M.trunk = {
  inside = function(x, y) return x < 0.42 and math.abs((on_limb(x, y))) < 0.7 end,
  colour = function(x, y, s)
    local side = on_limb(x, y)
    local shade = mix(hex '231f3c', hex '4c4468', s)
    return mix(shade, mix(hex 'a85a44', hex 'ecaa66', s), ramp(0.1, 1.1, side + 1.0 * (s - 0.5)))
  end,
  flow = function(x, y)
    local _, dx, dy = on_limb(x, y)
    return dx, dy
  end,
  layers = {
    {strokes = 14000, length = 22, width = 4.5, body = 0.8, stray = 0.12},
    {strokes = 12000, length = 14, width = 2.6, body = 1.2, stray = 0.25},
  },
}

-- Clumps of leaves: ellipses x, y, half width, half height.
local clumps = {
  {0.00, 0.31, 0.12, 0.07}, {0.09, 0.19, 0.15, 0.08}, {0.24, 0.15, 0.15, 0.075}, {0.38, 0.20, 0.12, 0.06},
  {0.20, 0.26, 0.10, 0.045}, {0.45, 0.28, 0.08, 0.04}, {0.10, 0.06, 0.20, 0.08}, {-0.02, 0.12, 0.12, 0.09},
  {0.34, 0.06, 0.15, 0.07}, {0.48, 0.12, 0.10, 0.05}, {0.02, 0.44, 0.07, 0.035}, {0.50, 0.02, 0.12, 0.05},
}

-- For (x, y): how deep in the clumps (> 0 inside), and where in its clump (-1 .. 1 in both directions).
local function in_clump(x, y)
  local best, bx, by = -1, 0, 0
  local ragged = 0.75 * noise(20 * x, 20 * y) + 0.6 * noise(55 * x, 55 * y)
  for _, clump in ipairs(clumps) do
    local u, v = (x - clump[1]) / clump[3], (y - clump[2]) / clump[4]
    local depth = 1 - u * u - v * v + ragged
    if depth > best then best, bx, by = depth, u, v end
  end
  return best, bx, by
end

local leaves = {
  {0, hex '33224e'}, {0.2, hex '6b2a4b'}, {0.42, hex 'ad3d38'}, {0.62, hex 'dd6236'}, {0.82, hex 'f09c4c'},
  {1, hex 'fad483'},
}

-- The crown down to a depth in the clumps, in layers; sparse: how much its outermost leaves thin out.
local function crown(depth, sparse, layers)
  return {
    inside = function(x, y)
      return x < 0.7 and y < 0.5 and in_clump(x, y) > depth + sparse * math.max(0, noise(70 * x, 70 * y) + 0.3)
    end,
    colour = function(x, y, s)
      local _, u, v = in_clump(x, y)
      local dx, dy = x - sky.SUN.x, y - sky.SUN.y
      local light = 0.1 + 0.62 / (1 + 5 * (dx * dx + dy * dy)) + 0.2 * u - 0.06 * v
      return colours.gradient(leaves, light + 0.45 * (s - 0.5) + 0.4 * noise(14 * x, 14 * y))
    end,
    flow = function(x, y)
      local _, u, v = in_clump(x, y)
      return 1, 0.9 * u - 0.35 + 0.9 * noise(12 * x, 12 * y) + 0.3 * v
    end,
    layers = layers,
  }
end

M.crown = {
  crown(0.25, 0, {{strokes = 6000, length = 22, width = 12, body = 0.5, opacity = 1, stray = 0.4}}),
  crown(0.05, 0, {{strokes = 12000, length = 13, width = 6.5, stray = 0.9, light = 0.03}}),
  crown(-0.7, 0.8, {{strokes = 12000, length = 9, width = 4.2, body = 1.2, stray = 1.5, light = 0.04}}),
}

return M
