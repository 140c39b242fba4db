-- A line search for the strong Wolfe conditions (Nocedal and Wright, 3.5 and 3.6; the steps of Schmidt's minFunc), as
-- Torch's optim.lswolfe, for optim.lbfgs{lineSearch = optim.lswolfe}.
--   feval, x, step t, direction d, value f, gradient g and slope gtd at x
--   options: c1 1e-4 (decrease), c2 0.9 (slope), tolX 1e-9 (smallest bracket), maxIter 20, verbose
-- Returns value, gradient, x, step, and the number of evaluations; x lies at its start plus step times d.
local polyinterp = require 'optim.polyinterp'

local function triple(point) return {point.t, point.f, point.slope} end

-- Walks outwards until a step brackets good ones: two points; or is good itself: one; or steps run out: none.
local function bracket(try, point, start, good, c)
  local before = start
  for i = 0, c.maxIter - 1 do
    if point.f > start.f + c.c1 * point.t * start.slope or (i > 1 and point.f >= before.f) then return before, point end
    if good(point) then return point end
    if point.slope >= 0 then return before, point end
    local low, high = point.t + 0.01 * (point.t - before.t), point.t * 10
    local t = polyinterp({triple(before), triple(point)}, low, high)
    before, point = point, try(t)
    c.steps = c.steps + 1
  end
  return start, point
end

-- t, or if it is a second time close to an end of the bracket, a tenth of its length away from there.
local function guarded(t, low, high, memory)
  local length = high - low
  if math.min(high - t, t - low) / length >= 0.1 then
    memory.close = false
    return t
  end
  if not (memory.close or t >= high or t <= low) then
    memory.close = true
    return t
  end
  memory.close = false
  return math.abs(t - high) < math.abs(t - low) and high - 0.1 * length or low + 0.1 * length
end

-- Narrows the bracket between two points until a step is good; returns the last two.
local function zoom(try, low, high, start, good, c)
  local memory = {}
  while c.steps < c.maxIter do
    if high.f < low.f then low, high = high, low end
    local t = polyinterp {triple(low), triple(high)}
    local point = try(guarded(t, math.min(low.t, high.t), math.max(low.t, high.t), memory))
    c.steps = c.steps + 1
    if point.f > start.f + c.c1 * point.t * start.slope or point.f >= low.f then
      high = point
    else
      if good(point) then return point, high end
      if point.slope * (high.t - low.t) >= 0 then high = low end
      low = point
    end
    if math.abs((high.t - low.t) * point.slope) < c.tolX then break end
  end
  return low, high
end

return function(feval, x, t, d, f, g, gtd, options)
  options = options or {}
  local c = {
    c1 = options.c1 or 1e-4, c2 = options.c2 or 0.9, tolX = options.tolX or 1e-9, maxIter = options.maxIter or 20,
    steps = 0,
  }
  local from, evaluations = x:clone(), 0
  local function try(step)
    x:copy(from):add(step, d)
    local value, gradient = feval(x)
    evaluations = evaluations + 1
    return {t = step, f = value, g = gradient:clone(), slope = gradient:dot(d)}
  end
  local function good(point) return math.abs(point.slope) <= -c.c2 * gtd end

  local start = {t = 0, f = f, g = g:clone(), slope = gtd}
  local a, b = bracket(try, try(t), start, good, c)
  if b then a, b = zoom(try, a, b, start, good, c) end
  if options.verbose and c.steps >= c.maxIter then print('<optim.lswolfe> ', 'reached max number of iterations') end
  local best = b and b.f < a.f and b or a
  x:copy(from):add(best.t, d)
  return best.f, best.g, x, best.t, evaluations
end
