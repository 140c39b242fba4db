-- Gradient checks for specs: the directional derivative of sum(w * forward(x)) by central differences, in double,
-- against what backward says.
require 'nn'
local utils = require 'nn.utils'

local M = {}

-- <a, b> for nested values.
local function inner(a, b)
  if torch.isTensor(a) then return a:nElement() == 0 and 0 or torch.cmul(a, b):sum() end
  local sum = 0
  for key, value in pairs(a) do sum = sum + inner(value, b[key]) end
  return sum
end

-- A nested value like x, of numbers in [-1, 1).
local function random_like(x, draw)
  if torch.isTensor(x) then
    local r = x:clone()
    for i = 1, r:nElement() do r:storage()[i] = draw(-1, 1) end
    return r
  end
  local r = {}
  for key, value in pairs(x) do r[key] = random_like(value, draw) end
  return r
end

local function moved(x, step, direction)
  return utils.recursiveAdd(utils.deepCopy(x), step, direction)
end

-- Difference between the two derivatives, relative to their size. module: double; x: its input.
function M.module(module, x, draw, h)
  h = h or 1e-5
  local output = utils.deepCopy(module:forward(x))
  local weight, direction = random_like(output, draw), random_like(x, draw)
  local backward = inner(module:backward(x, weight), direction)
  local above = inner(module:forward(moved(x, h, direction)), weight)
  local below = inner(module:forward(moved(x, -h, direction)), weight)
  local numeric = (above - below) / (2 * h)
  return math.abs(numeric - backward) / math.max(math.abs(numeric), math.abs(backward), 1e-3)
end

function M.criterion(criterion, x, target, draw, h)
  h = h or 1e-5
  local direction = random_like(x, draw)
  criterion:forward(x, target)
  local backward = inner(criterion:backward(x, target), direction)
  local above = criterion:forward(moved(x, h, direction), target)
  local numeric = (above - criterion:forward(moved(x, -h, direction), target)) / (2 * h)
  return math.abs(numeric - backward) / math.max(math.abs(numeric), math.abs(backward), 1e-3)
end

M.random_like = random_like
return M
