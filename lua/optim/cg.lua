-- Nonlinear conjugate gradients (Polak-Ribiere) with Rasmussen's line search by cubic and quadratic interpolation
-- (minimize.m), as Torch's optim.cg. Runs until evaluations run out or a line search fails.
--   config: maxIter 20 (evaluations of one line search), maxEval 1.25 maxIter (of all), rho 0.01 and sig 0.5
--           (Wolfe-Powell conditions), int 0.1 and ext 3 (how near the bracket's ends, how far beyond it), ratio 100
--           (of the slopes of successive steps)
-- Returns x, the list of values, one per line search, and the number of evaluations.

local function finite(z) return z == z and math.abs(z) ~= math.huge end

-- The two coefficients of the cubic through points 2 and 3, a step z3 apart.
local function cubic(p)
  return 6 * (p.f2 - p.f3) / p.z3 + 3 * (p.d2 + p.d3), 3 * (p.f3 - p.f2) - p.z3 * (p.d3 + 2 * p.d2)
end

-- How far to go from point 2 when a minimum lies between 2 and 3.
local function inwards(p, c)
  local z
  if p.f2 > p.f1 then
    z = p.z3 - (0.5 * p.d3 * p.z3 * p.z3) / (p.d3 * p.z3 + p.f2 - p.f3)
  else
    local a, b = cubic(p)
    z = (math.sqrt(b * b - a * p.d2 * p.z3 * p.z3) - b) / a
  end
  if not finite(z) then z = p.z3 / 2 end
  return math.max(math.min(z, c.int * p.z3), (1 - c.int) * p.z3)
end

-- How far to go from point 2 when no minimum is bracketed. limit: the furthest step, nil when there is none yet.
local function outwards(p, c, limit)
  local a, b = cubic(p)
  local z = -p.d2 * p.z3 * p.z3 / (b + math.sqrt(b * b - a * p.d2 * p.z3 * p.z3))
  if not finite(z) or z < 0 then
    return limit and (limit - p.z1) / 2 or p.z1 * (c.ext - 1)
  elseif limit and z + p.z1 > limit then
    return (limit - p.z1) / 2
  elseif not limit and z + p.z1 > p.z1 * c.ext then
    return p.z1 * (c.ext - 1)
  elseif z < -p.z3 * c.int then
    return -p.z3 * c.int
  elseif limit and z < (limit - p.z1) * (1 - c.int) then
    return (limit - p.z1) * (1 - c.int)
  end
  return z
end

-- Moves x along s until the conditions hold; whether they do. p: step z1 with value f1 and slope d1 at its start, f2
-- and d2 at its end, and point 3, z3 before the end. move(z) goes on by z and renews f2 and d2.
local function search(p, c, move, tries)
  local limit
  local function too_far() return p.f2 > p.f1 + p.z1 * c.rho * p.d1 or p.d2 > -c.sig * p.d1 end
  while true do
    while too_far() and tries > 0 do
      limit = p.z1
      local z = inwards(p, c)
      p.z1 = p.z1 + z
      move(z)
      tries, p.z3 = tries - 1, p.z3 - z
    end
    if too_far() then return false end
    if p.d2 > c.sig * p.d1 then return true end
    if tries == 0 then return false end
    local z = outwards(p, c, limit)
    p.f3, p.d3, p.z3 = p.f2, p.d2, -z
    p.z1 = p.z1 + z
    move(z)
    tries = tries - 1
  end
end

local function with_defaults(config)
  local c = {
    rho = config.rho or 0.01, sig = config.sig or 0.5, int = config.int or 0.1, ext = config.ext or 3,
    ratio = config.ratio or 100, maxIter = config.maxIter or 20,
  }
  c.maxEval = config.maxEval or c.maxIter * 1.25
  return c
end

-- The next direction, in s, and the slope along it: Polak-Ribiere, or straight down if that leads up.
local function turn(s, before, gradient)
  s:mul((gradient:dot(gradient) - gradient:dot(before)) / before:dot(before)):add(-1, gradient)
  local slope = gradient:dot(s)
  if slope <= 0 then return slope end
  s:mul(gradient, -1)
  return -s:dot(s)
end

return function(feval, x, config)
  local c, evaluations = with_defaults(config or {}), 0
  local function evaluate()
    evaluations = evaluations + 1
    local f, gradient = feval(x)
    return f, gradient:clone()
  end
  local f, gradient = evaluate()
  local values, s = {f}, torch.mul(gradient, -1)
  local slope = -s:dot(s)
  local z1 = 1 / (1 - slope)
  while evaluations < math.abs(c.maxEval) do
    local from, after = x:clone(), nil
    local p = {z1 = z1, f1 = f, d1 = slope, f3 = f, d3 = slope, z3 = -z1}
    local function move(z)
      x:add(z, s)
      p.f2, after = evaluate()
      p.d2 = after:dot(s)
    end
    move(z1)
    if not search(p, c, move, math.min(c.maxIter, c.maxEval - evaluations)) then
      x:copy(from)
      break
    end
    f = p.f2
    values[#values + 1] = f
    local next_slope = turn(s, gradient, after)
    z1 = p.z1 * math.min(c.ratio, slope / (next_slope - 1e-320))
    gradient, slope = after, next_slope
  end
  return x, values, evaluations
end
