-- Fits the softmax of style_estimate to published style levels, and says what its estimates are worth: logistic
-- regression with three outcomes on one number x, with a ridge on the slopes (Hoerl, Kennard 1970; le Cessie, van
-- Houwelingen 1992), chosen by leave-one-out; the reported error repeats that choice without each painting in turn.
local estimate = require 'pen.harmonize.style_estimate'
local M = {}

local RIDGES = {0.1, 0.3, 1, 3, 10}

-- A level as the probabilities of its two neighbours among 1, 5, 10 of which it is the mean.
function M.targets(level)
  local levels, p, k = estimate.levels, {0, 0, 0}, 1
  level = math.max(levels[1], math.min(level, levels[#levels]))
  while level > levels[k + 1] do k = k + 1 end
  p[k + 1] = (level - levels[k]) / (levels[k + 1] - levels[k])
  p[k] = 1 - p[k + 1]
  return p
end

local function standardised(x)
  local mean, variance, z = 0, 0, {}
  for i = 1, #x do mean = mean + x[i] / #x end
  for i = 1, #x do variance = variance + (x[i] - mean) ^ 2 / #x end
  local spread = variance > 0 and math.sqrt(variance) or 1
  for i = 1, #x do z[i] = (x[i] - mean) / spread end
  return z, mean, spread
end

-- Gradient of (cross entropy + ridge / 2 |slope|^2) / n.
local function gradient(model, z, targets, ridge)
  local n, offset, slope = #z, {}, {}
  for k = 1, #model.slope do offset[k], slope[k] = 0, ridge * model.slope[k] / n end
  for i = 1, n do
    local p = estimate.probabilities(model, z[i])
    for k = 1, #p do
      local excess = (p[k] - targets[i][k]) / n
      offset[k], slope[k] = offset[k] + excess, slope[k] + excess * z[i]
    end
  end
  return offset, slope
end

-- The model {offset, slope} for numbers x and lists of probabilities. Gradient descent from zero: the objective is
-- convex and, as z has mean 0 and variance 1, its curvature at most 1/2 + ridge / n, so this step never overshoots.
function M.fit(x, targets, ridge)
  local z, mean, spread = standardised(x)
  local model, step = {offset = {0, 0, 0}, slope = {0, 0, 0}}, 1 / (0.5 + ridge / #x)
  for _ = 1, 10000 do
    local offset, slope = gradient(model, z, targets, ridge)
    local largest = 0
    for k = 1, #offset do
      model.offset[k], model.slope[k] = model.offset[k] - step * offset[k], model.slope[k] - step * slope[k]
      largest = math.max(largest, math.abs(offset[k]), math.abs(slope[k]))
    end
    if largest < 1e-9 then break end
  end
  for k = 1, #model.slope do
    model.slope[k] = model.slope[k] / spread
    model.offset[k] = model.offset[k] - model.slope[k] * mean
  end
  return model
end

local function without(list, i)
  local rest = {}
  for j = 1, #list do
    if j ~= i then rest[#rest + 1] = list[j] end
  end
  return rest
end

local function all_targets(levels)
  local targets = {}
  for i, level in ipairs(levels) do targets[i] = M.targets(level) end
  return targets
end

-- For each painting the probabilities by a model of all others; choose(x, levels) gives that model's ridge.
function M.leave_one_out(x, levels, choose)
  local targets, list = all_targets(levels), {}
  for i = 1, #x do
    local others = without(x, i)
    local model = M.fit(others, without(targets, i), choose(others, without(levels, i)))
    list[i] = estimate.probabilities(model, x[i])
  end
  return list
end

-- What estimates are worth: the median of |estimate - level| / level, and the (geometric) mean factor between the two.
function M.errors(estimates, levels)
  local relative, logarithms = {}, 0
  for i, level in ipairs(levels) do
    relative[i] = math.abs(estimates[i] - level) / level
    logarithms = logarithms + math.abs(math.log(estimates[i] / level)) / #levels
  end
  return M.median(relative), math.exp(logarithms)
end

-- The median of a list, without element i if it is given.
function M.median(list, i)
  local sorted = without(list, i)
  table.sort(sorted)
  return (sorted[math.floor((#sorted + 1) / 2)] + sorted[math.floor(#sorted / 2) + 1]) / 2
end

-- The levels of the most probable groups.
function M.favoured(list)
  local levels = {}
  for i, p in ipairs(list) do levels[i] = estimate.levels[estimate.group(p)] end
  return levels
end

-- confusion[group of the published level][most probable group], and how many lie on its diagonal.
function M.confusion(list, levels)
  local table_, right = {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}}, 0
  for i, p in ipairs(list) do
    local truth, guess = estimate.group(M.targets(levels[i])), estimate.group(p)
    table_[truth][guess] = table_[truth][guess] + 1
    right = right + (truth == guess and 1 or 0)
  end
  return table_, right
end

-- How surprising the levels are under the probabilities: the mean of -sum target log p.
local function cross_entropy(list, levels)
  local sum = 0
  for i, p in ipairs(list) do
    for k, target in ipairs(M.targets(levels[i])) do
      if target > 0 then sum = sum - target * math.log(p[k]) / #levels end
    end
  end
  return sum
end

-- The ridge under which left-out levels surprise the least.
function M.choose_ridge(x, levels)
  local best, least
  for _, ridge in ipairs(RIDGES) do
    local surprise = cross_entropy(M.leave_one_out(x, levels, function() return ridge end), levels)
    if not least or surprise < least then best, least = ridge, surprise end
  end
  return best
end

-- The model of all paintings, its ridge, and the honest leave-one-out probabilities.
function M.calibrate(x, levels)
  local ridge = M.choose_ridge(x, levels)
  return M.fit(x, all_targets(levels), ridge), ridge, M.leave_one_out(x, levels, M.choose_ridge)
end

return M
