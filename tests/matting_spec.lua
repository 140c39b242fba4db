-- matting: the Laplacian against its formula window by window, and what a Laplacian of that kind must do.
require 'torch'
require 'libcuda_utils'
require 'cutorch'
local matting = require 'matting'

local h, w = 5, 6

-- The windows' 3 x 3 matrices are inverted by Torch here.
local function expected(picture, epsilon, radius)
  local n, side = h * w, 2 * radius + 1
  local L, taps = torch.DoubleTensor(n, n):zero(), side * side
  for x = 1, w - side + 1 do
    for y = 1, h - side + 1 do
      local window = picture:narrow(2, y, side):narrow(3, x, side):contiguous():view(3, taps)
      local off = window - window:mean(2):expand(3, taps)
      local inner = torch.inverse(off * off:t() / taps + torch.eye(3) * (epsilon / taps))
      local values = off:t() * inner * off
      for a = 0, taps - 1 do
        for b = 0, taps - 1 do
          local i = (x - 1 + a % side) * h + y + math.floor(a / side)
          local j = (x - 1 + b % side) * h + y + math.floor(b / side)
          L[i][j] = L[i][j] + (a == b and 1 or 0) - (1 + values[a + 1][b + 1]) / taps
        end
      end
    end
  end
  return L
end

local function dense(list)
  local L, n, last = torch.DoubleTensor(h * w, h * w):zero(), list:size(1), 0
  for i = 1, n do
    local row, column = list[i][1], list[i][2]
    local place = row * h * w + column
    assert.truthy(place > last, 'in order')
    last = place
    L[row][column] = list[i][3]
  end
  return L
end

local function gradient(list, picture)
  local function column(i) return list:select(2, i):contiguous() end
  return cuda_utils.matting_laplacian(picture:cuda(), h, w, column(1):cudaInt(), column(2):cudaInt(), column(3):cuda(),
    list:size(1)):double()
end

describe('matting', function()
  local picture
  before_each(function()
    torch.manualSeed(11)
    picture = torch.DoubleTensor(3, h, w):uniform()
  end)

  it('sums over the windows what Levin and others say', function()
    for radius = 1, 2 do
      for _, epsilon in ipairs {1e-7, 0.1} do
        local list = matting.laplacian(picture, epsilon, radius)
        assert.equal('torch.FloatTensor', list:type())
        assert.near(0, (dense(list) - expected(picture, epsilon, radius)):abs():max(), 1e-5)
      end
    end
    assert.same(matting.laplacian(picture, 1e-7, 1):totable(), matting.laplacian(picture):totable())
  end)

  it('lets every affine function of the colours pass, and little else', function()
    local list = matting.laplacian(picture)
    local plane = picture[1] * 0.3 - picture[2] * 0.5 + picture[3] + 0.1
    local same = torch.cat({plane, plane, plane}, 1):view(3, h, w)
    assert.near(0, gradient(list, same):abs():max(), 1e-4)
    assert.truthy(gradient(list, torch.DoubleTensor(3, h, w):uniform()):abs():max() > 0.1)
  end)

  it('says what it expects', function()
    assert.error_matches(function() matting.laplacian(picture[1]) end, '3 x H x W is expected')
    assert.error_matches(function() matting.laplacian(picture, 1e-7, 3) end, 'at least 7 pixels')
  end)
end)
