-- Small pictures for the specs of masks: a soft texture, discs and other regions, something pasted.
require 'torch'
local helper = require 'helper'

local M = {width = 90, height = 70}

local W, H = M.width, M.height

-- 3 x H x W double in [0.28, 0.52].
function M.picture(seed)
  local number, t = helper.numbers(seed), torch.Tensor(3, H, W)
  for c = 1, 3 do
    for y = 1, H do
      for x = 1, W do
        t[c][y][x] = 0.4 + 0.1 * math.sin(x / (5 + seed) + c) * math.cos(y / (8 - seed)) + number(-0.02, 0.02)
      end
    end
  end
  return t
end

-- 1 where inside(x, y), else 0; H x W float.
function M.region(inside)
  local t = torch.FloatTensor(H, W)
  for y = 1, H do
    for x = 1, W do t[y][x] = inside(x, y) and 1 or 0 end
  end
  return t
end

function M.disc(cx, cy, radius)
  return M.region(function(x, y) return (x - cx) ^ 2 + (y - cy) ^ 2 <= radius ^ 2 end)
end

-- The painting with value where the mask is 1.
function M.pasted(painting, mask, value)
  local weight = mask:double():view(1, H, W):expandAs(painting)
  return torch.cmul(painting, 1 - weight):add(weight * value)
end

-- Intersection over union.
function M.overlap(a, b)
  local both = torch.cmul(a, b):sum()
  return both / (a:sum() + b:sum() - both)
end

return M
