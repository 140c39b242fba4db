-- A canvas of wet paint and a brush with bristles. The canvas holds colour and the paint's thickness, at twice the
-- picture's size; what a raking light makes of the thickness is added when the picture is taken.
local M = {}

local floor, sqrt, min, max = math.floor, math.sqrt, math.min, math.max

M.STEP = 0.6 -- canvas pixels between samples along and across a stroke: no pixel is missed
local STEP = M.STEP

-- A canvas for a picture of width x height pixels, primed with ground {r, g, b}; number: of random.numbers.
function M.canvas(width, height, ground, number)
  local w, h = 2 * width, 2 * height
  local canvas = {
    width = w, height = h, number = number, strokes = 0, paint = torch.FloatTensor(3, h, w),
    thickness = torch.FloatTensor(h, w):zero(), last = torch.IntTensor(h, w):zero(),
  }
  for c = 1, 3 do canvas.paint[c]:fill(ground[c]) end
  return canvas
end

-- Half the width at a distance from the stroke's beginning and from its end, in pixels: round where the brush is put
-- down, narrowing where it is lifted.
local function reach_at(half, from_start, to_end)
  local start, finish = min(1, (from_start + 0.5) / half), min(1, (to_end + 0.5) / (2.2 * half))
  return half * sqrt(start * (2 - start)) * (0.3 + 0.7 * sqrt(finish * (2 - finish)))
end

-- How much paint each of the brush's bristles carries, in [0, 1].
local function dip(brush, number)
  brush.bristles = max(3, floor(brush.half / 1.1))
  for i = 0, brush.bristles + 1 do brush[i] = number(0, 1) end
end

-- One pixel of a stroke, dry (0 .. 1) of the way along it, v (-1 .. 1) across the brush, rim (0 .. 1) of the way from
-- the stroke's middle to its edge. Paint thins as the brush runs dry, bristle by bristle, and piles up at the edges.
local function dab(paint, thickness, plane, p, brush, dry, v, rim)
  local s = (v + 1) * 0.5 * brush.bristles
  local k = floor(s)
  local load = brush[k] + (brush[k + 1] - brush[k]) * (s - k)
  rim = rim * rim
  local wet = max(0, min(1, (load + 1.25 - 1.1 * dry * dry) * 1.6 - 0.6))
  local alpha = brush.opacity * wet * min(1, 4 * (1 - rim))
  local tint = max(0, min(1, 0.5 + 0.9 * (load - 0.5) + 0.35 * v))
  local first, second = brush.first, brush.second
  for c = 1, 3 do
    local q = p + (c - 1) * plane
    paint[q] = paint[q] + (first[c] + (second[c] - first[c]) * tint - paint[q]) * alpha
  end
  local body = brush.body * (0.35 + 0.65 * load) * (0.75 + 1.2 * rim * (1 - rim))
  thickness[p] = thickness[p] + (body - thickness[p]) * alpha
end

-- Draws along path {[0] = x0, y0, x1, y1, ...}: count points in canvas pixels, STEP apart. brush: {half = half its
-- width in pixels, first and second = the colours it was dipped in, opacity, body = thickness of the paint}.
function M.stroke(canvas, path, count, brush)
  local w, h, plane = canvas.width, canvas.height, canvas.width * canvas.height
  local paint, thickness, last = canvas.paint:data(), canvas.thickness:data(), canvas.last:data()
  canvas.strokes = canvas.strokes + 1
  local id = canvas.strokes
  dip(brush, canvas.number)
  for i = 0, count - 2 do
    local x0, y0 = path[2 * i], path[2 * i + 1]
    local dx, dy = (path[2 * i + 2] - x0) / STEP, (path[2 * i + 3] - y0) / STEP
    local reach = reach_at(brush.half, i * STEP, (count - 2 - i) * STEP)
    for j = -floor(reach / STEP), floor(reach / STEP) do
      local off = j * STEP
      local x, y = floor(x0 - dy * off), floor(y0 + dx * off)
      local p = y * w + x
      if x >= 0 and y >= 0 and x < w and y < h and last[p] ~= id then
        last[p] = id
        dab(paint, thickness, plane, p, brush, i / (count - 1), off / brush.half, off / (reach + 0.5))
      end
    end
  end
end

-- How the light, from the upper left, changes the colour of pixel (x, y): a factor.
local function relief(thickness, w, h, x, y)
  local p = min(max(y, 1), h - 2) * w + min(max(x, 1), w - 2)
  local slope = thickness[p + 1] - thickness[p - 1] + 1.3 * (thickness[p + w] - thickness[p - w])
  return 1 + max(-0.16, min(0.22, 0.3 * slope))
end

-- The picture, 3 x height x width float in [0, 1]: the canvas under raking light, at half its size.
function M.picture(canvas)
  local w, h, plane = canvas.width, canvas.height, canvas.width * canvas.height
  local paint, thickness = canvas.paint:data(), canvas.thickness:data()
  local picture = torch.FloatTensor(3, h / 2, w / 2):zero()
  local data = picture:data()
  for y = 0, h - 1 do
    for x = 0, w - 1 do
      local light = 0.25 * relief(thickness, w, h, x, y)
      local q = floor(y / 2) * (w / 2) + floor(x / 2)
      for c = 0, 2 do
        local i = q + c * plane / 4
        data[i] = data[i] + light * max(0, min(1, paint[y * w + x + c * plane]))
      end
    end
  end
  return picture:clamp(0, 1)
end

return M
