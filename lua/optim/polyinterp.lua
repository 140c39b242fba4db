-- Where the cubic through two points with given slopes is least, as Torch's optim.polyinterp. points: two rows {x, f,
-- slope}, a tensor or a table. Between the points without bounds, else between low and high, which may lie outside the
-- points. Returns the place, and with bounds the value there. It refuses other numbers of points.

-- Nocedal and Wright's formula; where there is no minimum, the middle.
local function between(a, b)
  if a[1] > b[1] then a, b = b, a end
  local d1 = a[3] + b[3] - 3 * (a[2] - b[2]) / (a[1] - b[1])
  local d2 = math.sqrt(d1 * d1 - a[3] * b[3])
  if d2 ~= d2 then return (a[1] + b[1]) / 2 end
  local t = b[1] - (b[1] - a[1]) * ((b[3] + d2 - d1) / (b[3] - a[3] + 2 * d2))
  return math.min(math.max(t, a[1]), b[1])
end

-- The cubic in s = x - a: f + slope s + p s^2 + q s^3.
local function cubic(a, b)
  local h = b[1] - a[1]
  local mean = (b[2] - a[2]) / h
  return (3 * mean - 2 * a[3] - b[3]) / h, (a[3] + b[3] - 2 * mean) / (h * h)
end

-- Real roots of slope + 2 p s + 3 q s^2.
local function stationary(slope, p, q)
  if q == 0 then return p ~= 0 and {-slope / (2 * p)} or {} end
  local inner = p * p - 3 * q * slope
  if inner < 0 then return {} end
  local far = -(p + (p < 0 and -1 or 1) * math.sqrt(inner)) -- no cancellation
  if far == 0 then return {0} end
  return {far / (3 * q), slope / far}
end

local function within(a, b, low, high)
  local p, q = cubic(a, b)
  local places = {low, high, a[1], b[1]}
  for _, s in ipairs(stationary(a[3], p, q)) do places[#places + 1] = a[1] + s end
  local best, least = (low + high) / 2, math.huge
  for _, x in ipairs(places) do
    local s = x - a[1]
    local f = a[2] + s * (a[3] + s * (p + s * q))
    if x >= low and x <= high and f < least then best, least = x, f end
  end
  return best, least
end

return function(points, low, high)
  if torch.isTensor(points) then points = points:totable() end
  if #points ~= 2 then error('optim.polyinterp: expected two points', 2) end
  local a, b = points[1], points[2]
  if not low and not high then return between(a, b) end
  return within(a, b, low or math.min(a[1], b[1]), high or math.max(a[1], b[1]))
end
