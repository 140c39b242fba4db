-- An example of our own making, for when there are no pictures at hand: a landscape painted stroke by stroke, and a
-- smoothly rendered balloon pasted into it. The same in every run.
local M = {}

local W, H = 640, 440

-- Uniform numbers in [low, high) from a seed (MINSTD).
local function numbers(seed)
  local state = seed
  return function(low, high)
    state = state * 16807 % 2147483647
    return low + (high - low) * (state / 2147483647)
  end
end

local function mix(a, b, t)
  return {a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t, a[3] + (b[3] - a[3]) * t}
end

local function waves(x, y)
  return 0.5 * math.sin(12.9 * x + 4.1 * y) + 0.3 * math.sin(5.3 * x - 17.7 * y + 1.3) + 0.2 * math.sin(31 * x + 23 * y)
end

-- ---- the landscape: colour and direction of the strokes at (x, y) in [0, 1] ----

local ridges = {
  function(x) return 0.60 - 0.07 * math.sin(5 * x + 0.6) - 0.03 * math.sin(13 * x) end,
  function(x) return 0.70 - 0.06 * math.sin(3.4 * x + 2.4) - 0.02 * math.sin(17 * x + 1) end,
  function(x) return 0.80 - 0.05 * math.sin(4.2 * x + 4.4) - 0.015 * math.sin(21 * x) end,
}

local function sky(x, y)
  local air = mix({0.22, 0.42, 0.72}, {0.95, 0.83, 0.62}, math.min(1, (y / 0.62) ^ 1.6))
  local cloud = 0.6 * math.sin(9 * x + 3 * y + 2) + 0.6 * math.sin(4.1 * x - 14 * y) + 0.2 * math.sin(23 * x + 9 * y)
  cloud = math.max(0, cloud - 0.25) * math.exp(-((y - 0.25) / 0.18) ^ 2)
  return mix(air, {0.98, 0.93, 0.86}, math.min(0.85, cloud)), 0.35 + 0.3 * waves(x, y)
end

local function field(x, y)
  if math.sin(70 * x + 130 * y) * math.sin(33 * x - 60 * y) > 0.55 then
    return {0.80, 0.22, 0.18}, 0.2 + 0.5 * waves(2 * x, 3 * y) -- poppies
  end
  return mix({0.30, 0.40, 0.16}, {0.74, 0.60, 0.22}, 0.5 + 0.5 * waves(4 * x, 9 * y)), 0.2 + 0.5 * waves(2 * x, 3 * y)
end

local function scene(x, y)
  if y < ridges[1](x) then return sky(x, y) end
  if y < ridges[2](x) then
    return mix({0.36, 0.46, 0.58}, {0.46, 0.55, 0.50}, 6 * (y - 0.55) + 0.2 * waves(2 * x, 2 * y)),
      -0.5 * math.cos(5 * x + 0.6)
  elseif y < ridges[3](x) then
    return mix({0.40, 0.52, 0.30}, {0.62, 0.62, 0.28}, 0.5 + 0.5 * waves(3 * x, 5 * y)), -0.3 * math.cos(3.4 * x + 2.4)
  end
  return field(x, y)
end

-- Blends colour into pixel (x, y) of data (3 x H x W), opaque where alpha = 1.
local function blend(data, x, y, colour, alpha)
  for c = 0, 2 do
    local i = (c * H + y) * W + x
    data[i] = data[i] * (1 - alpha) + math.max(0, math.min(1, colour[c + 1])) * alpha
  end
end

-- A flat oval of paint with bristle marks and a ridge of light along one side.
local function stroke(data, cx, cy, length, width, angle, colour)
  local cosine, sine, reach = math.cos(angle), math.sin(angle), math.ceil(length)
  for y = math.max(0, math.floor(cy - reach)), math.min(H - 1, math.ceil(cy + reach)) do
    for x = math.max(0, math.floor(cx - reach)), math.min(W - 1, math.ceil(cx + reach)) do
      local u = ((x - cx) * cosine + (y - cy) * sine) / length
      local v = ((y - cy) * cosine - (x - cx) * sine) / width
      local inside = 1 - u ^ 4 - v ^ 2
      if inside > 0 then
        local ridge = 0.06 * v * math.min(1, 2 * inside)
        local alpha = 0.85 * math.min(1, 3 * inside) * (0.75 + 0.25 * math.sin(9 * v + 1.7 * cx))
        blend(data, x, y, {colour[1] - ridge, colour[2] - ridge, colour[3] - ridge}, alpha)
      end
    end
  end
end

-- From broad to fine: number of strokes, length, width in pixels.
local layers = {{2600, 20, 7}, {6000, 11, 4}, {9000, 7, 2.6}}

-- The painting: 3 x H x W float, RGB in [0, 1].
function M.painting()
  local canvas, number, spread = torch.FloatTensor(3, H, W), numbers(42), 0.055
  for c, value in ipairs {0.55, 0.47, 0.36} do canvas[c]:fill(value) end
  local data = canvas:data()
  for _, layer in ipairs(layers) do
    for _ = 1, layer[1] do
      local x, y = number(0, 1), number(0, 1)
      local colour, direction = scene(x, y)
      local light = number(-spread, spread)
      local varied = {}
      for c = 1, 3 do varied[c] = colour[c] + light + number(-spread, spread) end
      stroke(data, x * W, y * H, layer[2] * number(0.6, 1.3), layer[3] * number(0.7, 1.3),
        1.2 * direction + number(-0.35, 0.35), varied)
    end
  end
  return canvas
end

-- ---- the balloon: as a computer renders it, not as a painter paints ----

local X, Y, RADIUS = 400, 150, 88
local stripes = {{0.86, 0.12, 0.14}, {0.97, 0.93, 0.88}, {0.10, 0.30, 0.66}, {0.98, 0.78, 0.16}}

-- How far inside the envelope (dx, dy) lies, in radii from its centre, and the surface's normal there; nil outside.
local function envelope(dx, dy)
  if dy <= 0.25 then return 1 - dx * dx - dy * dy, dx, dy end
  local t = (dy - 0.25) / 1.05
  if t > 1 then return -1 end
  local half = math.sqrt(1 - 0.25 ^ 2) * (1 - t) ^ 0.75 + 0.13 * t
  return 1 - (dx / half) ^ 2, 0.95 * dx / half, 0.25 + 0.3 * t
end

-- Colour and coverage of the balloon's envelope at a pixel.
local function envelope_colour(x, y)
  local inside, nx, ny = envelope((x - X) / RADIUS, (y - Y) / RADIUS)
  if inside <= 0 then return nil end
  local nz = math.sqrt(math.max(0, 1 - nx * nx - ny * ny))
  local around = nx / math.max(0.05, math.sqrt(1 - math.min(0.95, ny * ny)))
  local stripe = math.floor((math.asin(math.max(-1, math.min(1, around))) + math.pi / 2) / (math.pi / 8)) % 4 + 1
  local height = (y - Y) / RADIUS
  local colour = stripes[height > 0.02 and height < 0.16 and 3 or stripe]
  local light = 0.28 + 0.8 * math.max(0, -0.5 * nx - 0.6 * ny + 0.62 * nz)
  local shine = 0.6 * math.max(0, -0.35 * nx - 0.45 * ny + 0.82 * nz) ^ 30
  local lit = {colour[1] * light + shine, colour[2] * light + shine, colour[3] * light + shine}
  return lit, math.min(1, inside * RADIUS / 2)
end

local function basket_colour(x, y)
  local dx, dy = x - X, y - (Y + 1.62 * RADIUS)
  if math.abs(dx) < 15 and math.abs(dy) < 13 then
    local light, weave = 0.7 - dx / 75, math.sin(1.5 * dy)
    return {0.55 * light + 0.08 * weave, 0.36 * light + 0.05 * weave, 0.18 * light}, 1
  end
  local t = (y - (Y + 1.3 * RADIUS)) / (0.32 * RADIUS - 12)
  if t > 0 and t < 1 then return {0.15, 0.1, 0.08}, math.max(0, 1 - math.abs(math.abs(dx) - 11 - 3 * t)) end
end

-- The painting with the balloon pasted in, and the balloon's mask (H x W).
function M.composite(painting)
  local picture, mask = painting:clone(), torch.FloatTensor(H, W):zero()
  local data, mask_data = picture:data(), mask:data()
  for y = 0, H - 1 do
    for x = 0, W - 1 do
      for _, part in ipairs {envelope_colour, basket_colour} do
        local colour, alpha = part(x, y)
        if colour then
          blend(data, x, y, colour, alpha)
          mask_data[y * W + x] = math.max(mask_data[y * W + x], alpha)
        end
      end
    end
  end
  return picture, mask:gt(0.3):float()
end

-- Writes painting.png, naive.png, mask.png, mask_dilated.png and levels.txt into a folder that exists. grown(mask)
-- gives the loose mask.
function M.write(folder, grown)
  local painting = M.painting()
  local naive, mask = M.composite(painting)
  image.save(folder .. '/painting.png', painting)
  image.save(folder .. '/naive.png', naive)
  for name, m in pairs {mask = mask, mask_dilated = grown(mask)} do
    image.save(('%s/%s.png'):format(folder, name), m:view(1, H, W):repeatTensor(3, 1, 1))
  end
  local levels = assert(io.open(folder .. '/levels.txt', 'w'))
  levels:write('idx=0, classified label=Impressionism, weight=5\n')
  levels:close()
end

return M
