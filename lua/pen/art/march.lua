-- A small renderer: walks rays through a field of signed distances, shades what they hit by a lamp and the sky, and
-- averages several rays a pixel into colour and coverage.
local M = {}

local sqrt, max, min = math.sqrt, math.max, math.min

function M.unit(x, y, z)
  local norm = 1 / sqrt(x * x + y * y + z * z)
  return x * norm, y * norm, z * norm
end

-- Where the ray from (ox, oy, oz) along (dx, dy, dz) meets distance(x, y, z) <= 0 before reach, or nil.
local function hit(distance, ox, oy, oz, dx, dy, dz, reach)
  local t = 0
  for _ = 1, 160 do
    local d = distance(ox + t * dx, oy + t * dy, oz + t * dz)
    if d < 0.0006 then return t end
    t = t + d
    if t > reach then return nil end
  end
  return t
end

local function normal(distance, x, y, z)
  local e = 0.0008
  return M.unit(distance(x + e, y, z) - distance(x - e, y, z), distance(x, y + e, z) - distance(x, y - e, z),
    distance(x, y, z + e) - distance(x, y, z - e))
end

-- How much of the lamp reaches a point: 1 in the light, 0 in full shadow, between near a shadow's edge.
local function lit(scene, x, y, z)
  local lx, ly, lz = unpack(scene.lamp)
  local light, t = 1, 0.02
  for _ = 1, 40 do
    local d = scene.distance(x + t * lx, y + t * ly, z + t * lz)
    light = min(light, 18 * d / t)
    if light < 0.01 or t > 1 then break end
    t = t + max(d, 0.008)
  end
  return max(0, light)
end

-- Colour of the surface at (x, y, z), seen along (dx, dy, dz).
local function shade(scene, x, y, z, dx, dy, dz)
  local nx, ny, nz = normal(scene.distance, x, y, z)
  if nx * dx + ny * dy + nz * dz > 0 then nx, ny, nz = -nx, -ny, -nz end
  local lx, ly, lz = unpack(scene.lamp)
  local facing = nx * lx + ny * ly + nz * lz
  local colour, gloss = scene.material(x, y, z)
  local direct = facing > 0 and facing * lit(scene, x + 0.003 * nx, y + 0.003 * ny, z + 0.003 * nz) or 0
  local hx, hy, hz = M.unit(lx - dx, ly - dy, lz - dz)
  local shine = max(0, nx * hx + ny * hy + nz * hz)
  shine = shine * shine * shine * shine
  shine = gloss * shine * shine * shine * shine * direct
  local sky = 0.5 + 0.5 * ny
  local r, g, b = unpack(colour)
  return r * (direct * scene.sun[1] + 0.30 + 0.10 * sky) + shine,
    g * (direct * scene.sun[2] + 0.30 + 0.14 * sky) + shine, b * (direct * scene.sun[3] + 0.34 + 0.22 * sky) + shine
end

-- Renders scene {distance(x, y, z), material(x, y, z) -> colour, gloss, lamp (unit), sun (its colour),
-- right, up, ahead (unit vectors of the view), left, top (of the picture, along right and up), pixel (its side)}.
-- Returns 4 x h x w float: colour where there is coverage, and coverage.
function M.render(scene, w, h, rays)
  local picture = torch.FloatTensor(4, h, w):zero()
  local data, plane = picture:data(), w * h
  local right, up, ahead = scene.right, scene.up, scene.ahead
  for i = 0, w * h * rays * rays - 1 do
    local sub, p = i % (rays * rays), math.floor(i / (rays * rays))
    local a = scene.left + scene.pixel * (p % w + (sub % rays + 0.5) / rays)
    local b = scene.top - scene.pixel * (math.floor(p / w) + (math.floor(sub / rays) + 0.5) / rays)
    local ox, oy, oz = a * right[1] + b * up[1] - ahead[1], a * right[2] + b * up[2] - ahead[2],
      a * right[3] + b * up[3] - ahead[3]
    local t = hit(scene.distance, ox, oy, oz, ahead[1], ahead[2], ahead[3], 2)
    if t then
      local red, green, blue = shade(scene, ox + t * ahead[1], oy + t * ahead[2], oz + t * ahead[3], unpack(ahead))
      data[p], data[p + plane] = data[p] + min(1, red), data[p + plane] + min(1, green)
      data[p + 2 * plane], data[p + 3 * plane] = data[p + 2 * plane] + min(1, blue), data[p + 3 * plane] + 1
    end
  end
  local coverage = torch.cmax(picture[4], 1)
  for c = 1, 3 do picture[c]:cdiv(coverage) end
  picture[4]:div(rays * rays)
  return picture
end

return M
