-- A gaff-rigged sailing boat, as a computer renders it and no painter would paint it, with its reflection.
-- Lengths in masts; x towards the stern, y up from the waterline, z towards us.
local march = require 'pen.art.march'
local random = require 'pen.art.random'

local M = {}

local sqrt, abs, max, min = math.sqrt, math.abs, math.max, math.min

-- Distance from the line between two points, r thick.
local function spar(x, y, z, ax, ay, az, bx, by, bz, r)
  local px, py, pz, qx, qy, qz = x - ax, y - ay, z - az, bx - ax, by - ay, bz - az
  local t = max(0, min(1, (px * qx + py * qy + pz * qz) / (qx * qx + qy * qy + qz * qz)))
  px, py, pz = px - t * qx, py - t * qy, pz - t * qz
  return sqrt(px * px + py * py + pz * pz) - r
end

-- The rail's height.
local function sheer(x) return 0.085 + 0.32 * (x - 0.06) * (x - 0.06) end

local function hull(x, y, z)
  local top = sheer(x)
  local stem = x + 0.36 - 0.4 * (0.14 - y)
  local t = max(0, min(1, stem / 0.66))
  local q = 1 - t
  local beam = 0.105 * (1 - q * q * q) * (1 - 0.35 * t * t * t * t)
  local full = max(0, min(1, (y + 0.05) / 0.13))
  local side = abs(z) - beam * (0.45 + 0.55 * full * (2 - full))
  local shell = max(0.75 * side, max(y - top, max(-0.04 - y, max(-stem * 0.8, x - 0.31 - 0.2 * y))))
  local hollow = max(0.75 * (side + 0.012), max(0.6 * (top - 0.03 - y), -0.6 * stem))
  return max(shell, -hollow)
end

-- Corners of the sails, in order around them; how far the belly swells, and how little it needs to be away from the
-- edges for that; how far the sail swings out towards us behind x = from.
local main = {
  {-0.02, 0.17}, {0.33, 0.14}, {0.23, 0.99}, {-0.02, 0.70}, belly = 0.12, slack = 0.9, out = 0.30, from = -0.02,
}
local jib = {{-0.40, 0.15}, {-0.07, 0.17}, {-0.045, 0.90}, belly = 0.11, slack = 0.5, out = 0.22, from = -0.40}

-- Distance from a sail: a thin sheet over a polygon, swelling towards us, with edges that bow out.
local function sail(s, x, y, z)
  local outside, inside = -9, 1
  for i = 1, #s do
    local a, b = s[i], s[i % #s + 1]
    local ex, ey = b[1] - a[1], b[2] - a[2]
    local length = sqrt(ex * ex + ey * ey)
    local t = ((x - a[1]) * ex + (y - a[2]) * ey) / (length * length)
    local off = ((x - a[1]) * ey - (y - a[2]) * ex) / length
    off = off - 0.05 * max(0, t * (1 - t)) * length
    outside = max(outside, off)
    inside = inside * max(0, -off * 7)
  end
  local swell = s.belly * inside / (inside + s.slack) + s.out * (x - s.from)
  return max(0.36 * (abs(z - swell) - 0.0025), 0.85 * outside)
end

-- Mast, boom, gaff and bowsprit.
local function rig(x, y, z)
  local d = spar(x, y, z, -0.03, 0.05, 0, -0.03, 0.94, 0, 0.010)
  d = min(d, spar(x, y, z, -0.03, 0.155, 0, 0.345, 0.125, 0.11, 0.009))
  d = min(d, spar(x, y, z, -0.03, 0.70, 0, 0.24, 1.005, 0.08, 0.008))
  return min(d, spar(x, y, z, -0.28, 0.13, 0, -0.43, 0.155, 0, 0.010))
end

-- Never more than the distance from the nearest surface, as march.render needs it.
local function distance(x, y, z)
  local d = min(sail(main, x, y, z), sail(jib, x, y, z))
  if y < 0.3 then d = min(d, hull(x, y, z)) end
  return min(d, rig(x, y, z))
end

local rust, cream, white = {0.90, 0.36, 0.17}, {0.98, 0.90, 0.74}, {0.96, 0.95, 0.92}
local teal, wood = {0.05, 0.32, 0.42}, {0.60, 0.36, 0.16}

-- Colour and gloss of the surface at a point.
local function material(x, y, z)
  local d = distance(x, y, z) + 0.001
  if sail(main, x, y, z) <= d then return cream, 0.10 end
  if sail(jib, x, y, z) <= d then return rust, 0.10 end
  if rig(x, y, z) <= d then return wood, 0.4 end
  if y > sheer(x) - 0.012 or hull(x, y, z + 0.02) < 0 and hull(x, y, z - 0.02) > 0 then return wood, 0.3 end
  return y < 0.022 and teal or white, 0.6
end

-- Seen a little from ahead and above.
local function scene(pixel)
  local c, s, cp, sp = 12 / 13, 5 / 13, 112 / 113, 15 / 113
  return {
    distance = distance, material = material, lamp = {march.unit(-0.62, 0.55, 0.56)}, sun = {0.86, 0.80, 0.68},
    right = {c, 0, s}, up = {s * sp, cp, -c * sp}, ahead = {s * cp, -sp, -c * cp},
    left = -0.48, top = 1.06, pixel = pixel,
  }
end

-- The reflection below row waterline of the boat: mirrored, darker, swaying more the deeper it lies, and fading.
local function reflect(boat, waterline, scale)
  local h, w, plane = boat:size(2), boat:size(3), boat:size(2) * boat:size(3)
  local data, water = boat:data(), {0.12, 0.27, 0.42}
  for y = waterline, h - 1 do
    local depth = (y - waterline) / scale
    for x = 0, w - 1 do
      local sway = (0.008 + 0.12 * depth) * random.noise(2.2 * x / scale + 3, 9 / (depth + 0.12))
      local sx = max(0, min(w - 1, math.floor(x + sway * scale + 0.5)))
      local from, to = max(0, 2 * waterline - y - 1) * w + sx, y * w + x
      for c = 0, 2 do data[to + c * plane] = 0.72 * data[from + c * plane] + 0.28 * water[c + 1] end
      data[to + 3 * plane] = data[from + 3 * plane] * min(0.95 - 1.1 * depth, max(0, 18 * (0.33 - depth)))
    end
  end
  return boat
end

-- The boat with its reflection: 4 x h x w float, RGB and alpha; scale: pixels from the waterline to the mast's top.
function M.render(scale)
  local boat = march.render(scene(1 / scale), math.floor(0.97 * scale), math.floor(1.42 * scale), 3)
  return reflect(boat, math.floor(1.07 * scale), scale)
end

return M
