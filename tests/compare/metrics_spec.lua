-- The measures of pictures, against plain loops over small pictures and on cases whose answer is known.
require 'torch'
require 'image'
local helper = require 'helper'
local metrics = require 'pen.compare.metrics'
local coherence = require 'pen.compare.coherence'
local regions = require 'pen.compare.regions'

local H, W = 23, 19
local number = helper.numbers(17)

-- A picture of noise whose planes lie apart and whose rows are columns: not contiguous.
local function noise()
  local t = torch.Tensor(4, W, H)
  t:apply(function() return number(0, 1) end)
  return t:narrow(1, 2, 3):transpose(2, 3)
end

local function region(inside)
  local r = torch.zeros(H, W)
  for y = 1, H do
    for x = 1, W do r[y][x] = inside(x, y) and 1 or 0 end
  end
  return r
end

local square = region(function(x, y) return x > 4 and x < 14 and y > 6 and y < 18 end)
local everywhere = region(function() return true end)
local nowhere = region(function() return false end)

-- Sum and number of f(x, y) over a region, where f is not nil.
local function over(where, f)
  local sum, count = 0, 0
  for y = 1, H do
    for x = 1, W do
      local value = where[y][x] == 1 and f(x, y)
      if value then sum, count = sum + value, count + 1 end
    end
  end
  return sum, count
end

local function mean_over(where, f)
  local sum, count = over(where, f)
  return sum / count
end

describe('regions', function()
  local tight, loose = square * 0.9, region(function(x, y) return x > 2 and x < 16 and y > 4 and y < 20 end)
  local where = regions.new(tight, loose)

  it('are what their names say', function()
    assert.are.equal(0, (where.inside - square):abs():max())
    assert.are.equal(0, (where.outside - (1 - loose)):abs():max())
    assert.are.same({x = 4, y = 6, width = 9, height = 11}, where.box)
    for y = 1, H do
      for x = 1, W do
        -- distance to the square's border: positive outside
        local d = math.max(5 - x, x - 13, 7 - y, y - 17)
        assert.are.equal(d <= 1 and d > -2 and 1 or 0, where.band[y][x])
        assert.are.equal(d >= 1 and d <= 20 and 1 or 0, where.ring[y][x])
      end
    end
  end)

  it('reach 20 pixels around the object', function()
    local dot = torch.zeros(61, 51)
    dot[31][26] = 1
    local wide = regions.new(dot, dot)
    assert.are.equal(41 * 41 - 1, wide.ring:sum())
    assert.are.equal(9, wide.band:sum())
  end)

  it('see no contour at the border of the picture', function()
    local left = regions.new(region(function(x) return x < 8 end), region(function(x) return x < 10 end))
    assert.are.equal(0, left.band:narrow(2, 1, 5):max())
    assert.are.equal(3 * H, left.band:sum())
  end)

  it('need an object, and something beside it', function()
    assert.error_matches(function() regions.new(nowhere, nowhere) end, '^its mask is black')
    assert.error_matches(function() regions.new(everywhere, everywhere) end, '^its mask is white')
  end)
end)

describe('measures of pictures', function()
  local a, b = noise(), noise()

  it('know how much of the background changed', function()
    local outside = 1 - square
    local largest = 0
    local mean = mean_over(outside, function(x, y)
      local sum = 0
      for c = 1, 3 do
        local d = math.abs(a[c][y][x] - b[c][y][x])
        largest, sum = math.max(largest, d), sum + d
      end
      return sum / 3
    end)
    local got_largest, got_mean = metrics.background(a, b, outside)
    assert.is_near(255 * largest, got_largest, 1e-9)
    assert.is_near(255 * mean, got_mean, 1e-9)
    local pasted = b:clone()
    for c = 1, 3 do pasted[c]:add(square) end
    assert.are.same({0, 0}, {metrics.background(pasted, b, outside)})
    assert.is_nil(metrics.background(a, b, nowhere))
  end)

  it('give PSNR in a region', function()
    assert.is_near(20, metrics.psnr(a + 0.1, a, square), 1e-9)
    assert.are.equal(math.huge, metrics.psnr(a, a:clone(), square))
    local mean = mean_over(square, function(x, y)
      local sum = 0
      for c = 1, 3 do sum = sum + (a[c][y][x] - b[c][y][x]) ^ 2 end
      return sum / 3
    end)
    assert.is_near(-10 * math.log10(mean), metrics.psnr(a, b, square), 1e-9)
    assert.is_nil(metrics.psnr(a, b, nowhere))
  end)

  local function luminance(p, x, y) return 0.299 * p[1][y][x] + 0.587 * p[2][y][x] + 0.114 * p[3][y][x] end

  -- SSIM of one window, by its definition.
  local function ssim_at(p, q, x, y)
    if x < 6 or y < 6 or x > W - 5 or y > H - 5 then return nil end
    local weight, sp, sq, spp, sqq, spq = 0, 0, 0, 0, 0, 0
    for dy = -5, 5 do
      for dx = -5, 5 do
        local w = math.exp(-(dx * dx + dy * dy) / (2 * 1.5 ^ 2))
        local u, v = luminance(p, x + dx, y + dy), luminance(q, x + dx, y + dy)
        weight, sp, sq = weight + w, sp + w * u, sq + w * v
        spp, sqq, spq = spp + w * u * u, sqq + w * v * v, spq + w * u * v
      end
    end
    local mp, mq = sp / weight, sq / weight
    local vp, vq, cov = spp / weight - mp ^ 2, sqq / weight - mq ^ 2, spq / weight - mp * mq
    local c1, c2 = 1e-4, 9e-4
    return (2 * mp * mq + c1) * (2 * cov + c2) / ((mp ^ 2 + mq ^ 2 + c1) * (vp + vq + c2))
  end

  it('give SSIM in a region', function()
    local mixed = a * 0.7 + b * 0.3
    local expected = mean_over(square, function(x, y) return ssim_at(mixed, a, x, y) end)
    assert.is_near(expected, metrics.ssim(mixed, a, square), 1e-6)
    assert.is_near(1, metrics.ssim(a, a:clone(), square), 1e-12)
    assert.is_true(metrics.ssim(b, a, square) < 0.2)
    assert.is_nil(metrics.ssim(a:narrow(2, 1, 10), b:narrow(2, 1, 10), square:narrow(1, 1, 10)))
    assert.is_nil(metrics.ssim(a, b, nowhere))
  end)

  local function slope(p, x, y)
    if x < 2 or y < 2 or x == W or y == H then return nil end
    local sum = 0
    for c = 1, 3 do
      sum = sum + (p[c][y][x + 1] - p[c][y][x - 1]) ^ 2 + (p[c][y + 1][x] - p[c][y - 1][x]) ^ 2
    end
    return math.sqrt(sum) / 2
  end

  it('compare the gradient at the seam with that around it', function()
    local where = regions.new(square, square)
    local expected = mean_over(where.band, function(x, y) return slope(a, x, y) end) /
      mean_over(where.ring, function(x, y) return slope(b, x, y) end)
    assert.is_near(expected, metrics.seam(a, b, where.band, where.ring), 1e-9)
    local ramp = torch.zeros(3, H, W)
    for x = 1, W do ramp:select(3, x):fill(x / 100) end
    assert.is_near(1, metrics.seam(ramp, ramp, where.band, where.ring), 1e-9)
    assert.is_near(3, metrics.seam(ramp * 3, ramp, where.band, where.ring), 1e-9)
    assert.is_nil(metrics.seam(a, torch.zeros(3, H, W), where.band, where.ring))
    assert.is_nil(metrics.seam(a, b, where.band, nowhere))
  end)

  it('compare the grain with that of the painting', function()
    local function median(p, where)
      local list = {}
      over(where, function(x, y)
        if x == W or y == H then return nil end
        for c = 1, 3 do
          local here = p[c][y][x]
          list[#list + 1] = ((p[c][y][x + 1] - here) ^ 2 + (p[c][y + 1][x] - here) ^ 2) / 2
        end
      end)
      table.sort(list)
      return list[math.ceil(#list / 2)]
    end
    assert.is_near(median(a, square) / median(b, everywhere), metrics.grain(a, b, square), 1e-9)
    assert.is_near(1, metrics.grain(a, a, everywhere), 1e-12)
    assert.is_near(0.25, metrics.grain(a * 0.5, a, everywhere), 1e-12)
    assert.is_nil(metrics.grain(a, torch.ones(3, H, W), square))
    assert.is_nil(metrics.grain(a, b, nowhere))
  end)
end)

describe('coherence', function()
  local o, b = noise(), noise()

  local function patch(p, x, y, centred)
    local list = {}
    for c = 1, 3 do
      local sum = 0
      for dy = -3, 3 do
        for dx = -3, 3 do
          list[#list + 1] = p[c][y + dy][x + dx]
          sum = sum + list[#list]
        end
      end
      for k = #list - 48, #list do list[k] = list[k] - (centred and sum / 49 or 0) end
    end
    return list
  end

  -- Brute force over all patches of b, for the centres in a region.
  local function searched(where, centred)
    local all = {}
    for y = 4, H - 3 do
      for x = 4, W - 3 do all[#all + 1] = patch(b, x, y, centred) end
    end
    local mean = mean_over(where, function(x, y)
      if x < 4 or y < 4 or x > W - 3 or y > H - 3 then return nil end
      local one, least = patch(o, x, y, centred), math.huge
      for _, other in ipairs(all) do
        local sum = 0
        for k = 1, 147 do sum = sum + (one[k] - other[k]) ^ 2 end
        least = math.min(least, sum)
      end
      return least
    end)
    return 255 * math.sqrt(mean / 147)
  end

  it('is the distance to the nearest patch', function()
    local where = region(function(x, y) return x > 11 and x < 18 and y > 8 and y < 12 end)
    local colours, textures = coherence.measure({o}, b, where, 1000)
    assert.is_near(searched(where, false), colours[1], 1e-3)
    assert.is_near(searched(where, true), textures[1], 1e-3)
  end)

  it('is 0 for the painting\'s own patches, and texture ignores colour', function()
    local moved = torch.zeros(3, H, W)
    moved:narrow(3, 1, W - 4):copy(b:narrow(3, 5, W - 4)) -- the painting, four pixels to the left
    local left = region(function(x) return x <= W - 4 - 3 end)
    local colours, textures = coherence.measure({moved, moved + 0.2, o}, b, left, 1000)
    assert.is_near(0, colours[1], 0.2)
    assert.is_true(colours[2] > 40 and colours[3] > 40)
    assert.is_near(0, textures[1], 0.2)
    assert.is_near(0, textures[2], 0.2)
    assert.is_true(textures[3] > 40)
  end)

  it('looks at no more patches than asked, at the same ones in all pictures', function()
    local last = region(function(x, y) return x == 13 and y == 17 end)
    local one = coherence.measure({o, o:clone()}, b, square, 1)
    assert.is_near(searched(last, false), one[1], 1e-3)
    assert.are.equal(one[1], one[2])
    local few = coherence.measure({o}, b, square, 7)
    assert.is_near(searched(square, false), few[1], 15)
    assert.are_not.equal(one[1], few[1])
  end)

  it('searches all of a painting of many rows', function()
    local large = torch.rand(3, 90, 80)
    local corners = torch.zeros(90, 80)
    for _, y in ipairs {4, 50, 87} do corners[y][4], corners[y][77] = 1, 1 end
    local colours, textures = coherence.measure({large}, large, corners, 100)
    assert.is_near(0, colours[1], 0.2)
    assert.is_near(0, textures[1], 0.2)
  end)

  it('is empty where no patch fits', function()
    local corner = region(function(x, y) return x < 3 and y < 3 end)
    assert.are.same({{}, {}}, {coherence.measure({o}, b, corner, 10)})
    local small = torch.rand(3, 5, 9)
    assert.are.same({{}, {}}, {coherence.measure({small}, small, torch.ones(5, 9), 10)})
  end)
end)
