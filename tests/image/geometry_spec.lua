-- image.warp, affinetransform, rotate, translate, polar, logpolar: exact on samples, and against the formulas.
local view = require 'view'
local helper = require 'helper'
require 'image'

local function ramp(height, width)
  local t = torch.DoubleTensor(height, width)
  for y = 1, height do
    for x = 1, width do t[y][x] = 10 * y + x end
  end
  return t
end

local function same(expected, got, tolerance)
  assert.same(expected:size():totable(), got:size():totable())
  local most = (expected:double() - got:double()):abs():max()
  if not (most <= (tolerance or 0)) then error(('differs by %g:\n%s'):format(most, tostring(got)), 2) end
end

-- Flow to the same place everywhere.
local function flow(height, width, dy, dx)
  local field = torch.DoubleTensor(2, height, width)
  field[1]:fill(dy)
  field[2]:fill(dx)
  return field
end

describe('image.warp', function()
  it('moves by whole pixels exactly in every mode, clamped at the border', function()
    local t = ramp(9, 10)
    for _, mode in ipairs {'simple', 'bilinear', 'bicubic', 'lanczos'} do
      local got = image.warp(t, flow(9, 10, 1, 2), mode)
      same(t:narrow(1, 2, 8):narrow(2, 3, 8), got:narrow(1, 1, 8):narrow(2, 1, 8), 1e-5)
      assert.near(t[9][10], got[9][10], mode == 'bicubic' and 1e-9 or 1e-4)
    end
  end)

  it('gives a plane back between the samples, and bytes rounded', function()
    local t = ramp(9, 10)
    for _, mode in ipairs {'bilinear', 'bicubic'} do
      local got = image.warp(t, flow(9, 10, 0.25, 0.5), mode):narrow(1, 2, 6):narrow(2, 2, 7)
      same(t:narrow(1, 2, 6):narrow(2, 2, 7) + 3, got, 1e-12)
    end
    local byte = image.warp(torch.ByteTensor {{1, 2}}, torch.FloatTensor {{{0, 0}}, {{0.5, 0}}})
    assert.same({2, 2}, {byte[1][1], byte[1][2]})
  end)

  it('reads at absolute places and pads on demand', function()
    local t, field = ramp(3, 4), torch.DoubleTensor {{{0, 2, 5}}, {{3, 1, 0}}}
    same(torch.DoubleTensor {{14, 32, 31}}, image.warp(t, field, 'simple', false))
    same(torch.DoubleTensor {{14, 32, -1}}, image.warp(t, field, 'simple', false, 'pad', -1))
    local r = torch.DoubleTensor()
    assert.equal(r, image.warp(r, t:view(1, 3, 4), field, 'bilinear', false, 'pad'))
    same(torch.DoubleTensor {{{14, 32, 0}}}, r)
  end)

  it('agrees with the sum of windowed sincs', function()
    local number, place = helper.numbers(3), 4.3
    local t = torch.DoubleTensor(1, 12):apply(function() return number(0, 1) end)
    local sum, weights = 0, 0
    for x = 2, 7 do
      local d = math.pi * (place - x)
      local w = 3 * math.sin(d) * math.sin(d / 3) / d ^ 2
      sum, weights = sum + w * t[1][x + 1], weights + w
    end
    local field = torch.DoubleTensor {{{0}}, {{place}}}
    assert.near(sum / weights, image.warp(t, field, 'lanczos', false)[1][1], 1e-6)
  end)

  it('says what is wrong', function()
    local t, field = ramp(3, 4), flow(3, 4, 0, 0)
    assert.error_matches(function() image.warp(t, field, 'cubic') end, "mode 'cubic' is unknown; use bicubic, bilinear")
    assert.error_matches(function() image.warp(t, field[1]) end, 'a flow field 2xHxW expected, got 3x4')
    assert.error_matches(function() image.warp(t, field, 'simple', true, 'wrap') end, "clamp_mode 'wrap' is unknown")
    assert.error_matches(function() image.warp(t, field, 'simple', true, 'clamp', 1) end, 'clamp_mode "pad" only')
    assert.error_matches(function() image.warp(t:int(), field) end, 'a is int, expected byte, float or double')
  end)
end)

describe('image.affinetransform', function()
  it('turns, mirrors and moves about the middle', function()
    local t = ramp(5, 5)
    same(t, image.affinetransform(t, torch.eye(2)), 1e-9)
    same(image.hflip(t), image.affinetransform(t, torch.DoubleTensor {{1, 0}, {0, -1}}), 1e-5)
    local moved = image.affinetransform(t, torch.eye(2), 'simple', torch.DoubleTensor {1, 0}, 'pad', 7)
    same(t:narrow(1, 1, 4), moved:narrow(1, 2, 4))
    same(torch.DoubleTensor(1, 5):fill(7), moved:narrow(1, 1, 1))
  end)
end)

describe('image.rotate', function()
  it('turns by quarters exactly, clockwise as seen, and mirrors twice at half a turn', function()
    local t = ramp(5, 5)
    for _, mode in ipairs {'simple', 'bilinear'} do
      same(image.hflip(image.vflip(t)), image.rotate(t, math.pi, mode), 1e-5)
      same(image.vflip(t:t():contiguous()), image.rotate(t, math.pi / 2, mode), 1e-5)
      same(t, image.rotate(t, 0, mode), 1e-9)
    end
    same(image.rotate(t, 1)[1], image.rotate(torch.DoubleTensor(5, 5), t, 1)[1])
  end)

  it('leaves what comes from outside 0, and keeps the type', function()
    local r = image.rotate(torch.ByteTensor(3, 9, 9):fill(200), math.pi / 4)
    assert.equal('torch.ByteTensor', r:type())
    assert.same({0, 200, 0}, {r[1][1][1], r[2][5][5], r[3][9][9]})
  end)

  it('mixes the four samples around', function()
    local t, theta = ramp(7, 7), 0.3
    local y, x = math.cos(theta) * 1 + 3, -math.sin(theta) * 1 + 3 -- below the middle, from 0
    assert.near(10 * (y + 1) + x + 1, image.rotate(t, theta, 'bilinear')[5][4], 1e-5)
  end)
end)

describe('image.translate', function()
  it('moves whole pixels, zeros come in', function()
    local t = ramp(2, 3)
    same(torch.DoubleTensor {{0, 11, 12}, {0, 21, 22}}, image.translate(t, 1, 0))
    same(torch.DoubleTensor {{22, 23, 0}, {0, 0, 0}}, image.translate(t, -1, -1))
    same(torch.DoubleTensor(2, 3):zero(), image.translate(t, 3, 0))
    image.translate(t, t, 0, 1)
    same(torch.DoubleTensor {{0, 0, 0}, {11, 12, 13}}, t)
  end)
end)

describe('image.polar', function()
  it('has angles in rows, distances in columns, from straight down clockwise', function()
    local t = ramp(8, 8)
    local got = image.polar(t)
    assert.same({8, 8}, got:size():totable())
    for row = 0, 7 do
      for column = 0, 7 do
        local r, a = 4 * column / 8, 2 * math.pi * row / 8
        local y, x = math.floor(r * math.cos(a) + 4), math.floor(-r * math.sin(a) + 4)
        assert.equal(t[y + 1][x + 1], got[row + 1][column + 1])
      end
    end
    local between = image.polar(t, 'bilinear')
    assert.near(10 * (2 * math.cos(math.pi / 4) + 5) + 5 - 2 * math.sin(math.pi / 4), between[2][5], 1e-5)
  end)

  it('shows the corners with full, and 0 beyond', function()
    local t = torch.FloatTensor(2, 4, 8):fill(1)
    assert.equal(1, image.polar(t):min())
    assert.equal(0, image.polar(t, 'simple', 'full'):min())
    local r = torch.FloatTensor(2, 5, 6)
    assert.equal(r, image.polar(r, t, 'simple', 'valid'))
    assert.same({2, 5, 6}, r:size():totable())
    assert.error_matches(function() image.polar(t, 'simple', 'all') end, "mode 'all' is unknown")
  end)

  it('has logarithms of distances for logpolar', function()
    local t = ramp(8, 8)
    local got = image.logpolar(t)
    for column = 0, 7 do
      assert.equal(t[math.floor(4 ^ (column / 8) + 4) + 1][5], got[1][column + 1])
    end
  end)
end)

helper.each_backend(function(backend)
  describe('places on ' .. backend.name, function()
    it('are read from strided views, of the type of the picture', function()
      for _, kind in ipairs {'byte', 'float', 'double'} do
        local a = view.new(backend, kind, {2, 3, 4}, function(i) return i end, true)
        local field = view.new(backend, 'double', {2, 2, 2}, {0, 1, 2, 9, 0, 1, 2.5, -9}, true)
        local r = view.new(backend, kind, {2, 2, 2}, 0, true)
        view.call(backend, 'warp', r, a, field, 1, 0, 1, 7)
        local middle = kind == 'byte' and 11 or 10.5
        helper.near({0, 5, middle, 7, 12, 17, middle + 12, 7}, r:list(), 0)
      end
    end)
  end)
end)
