-- From the measures of all examples to means and wins, and numbers as text. results: list of {name =, values =
-- {kind -> key -> number}}; a missing number is nil. Nothing here weighs one measure against another.
local catalogue = require 'pen.compare.catalogue'
local M = {}

-- A number with the metric's digits; missing: what to say where there is none.
function M.text(metric, value, missing)
  if not value then return missing end
  if math.abs(value) == math.huge then return value > 0 and 'inf' or '-inf' end
  return ('%.' .. metric.digits .. 'f'):format(value)
end

local function merit(metric, value)
  value = tonumber(M.text(metric, value)) -- equal where the digits shown are
  if metric.aim == 'higher' then return value end
  return metric.aim == 'lower' and -value or -math.abs(math.log(value))
end

-- 'theirs' or 'ours', whichever value is nearer to the metric's aim; 'tie'; nil when one is missing.
function M.better(metric, theirs, ours)
  if not theirs or not ours then return nil end
  local a, b = merit(metric, theirs), merit(metric, ours)
  if a == b then return 'tie' end
  return a > b and 'theirs' or 'ours'
end

-- The mean of a list of numbers; of ratios the geometric one, so that 2 and 1/2 make 1.
local function mean(metric, list)
  local sum, ratio = 0, metric.aim == 'one'
  for _, value in ipairs(list) do sum = sum + (ratio and math.log(value) or value) end
  return ratio and math.exp(sum / #list) or sum / #list
end

-- Means over the examples that have the number: kind -> key -> mean.
local function means_of(results, kinds)
  local means = {}
  for _, kind in ipairs(kinds) do
    means[kind] = {}
    for _, metric in ipairs(catalogue) do
      local list = {}
      for _, result in ipairs(results) do list[#list + 1] = result.values[kind][metric.key] end
      if #list > 0 then means[kind][metric.key] = mean(metric, list) end
    end
  end
  return means
end

-- {means = kind -> key -> mean, wins = key -> {theirs =, ours =, tie = numbers of examples}}. wins has the metrics
-- that both have.
function M.new(results, kinds)
  local wins = {}
  for _, metric in ipairs(catalogue) do
    for _, result in ipairs(results) do
      local theirs = (result.values.theirs or {})[metric.key]
      local winner = M.better(metric, theirs, result.values.ours[metric.key])
      if winner then
        local count = wins[metric.key] or {theirs = 0, ours = 0, tie = 0}
        count[winner], wins[metric.key] = count[winner] + 1, count
      end
    end
  end
  return {means = means_of(results, kinds), wins = wins}
end

return M
