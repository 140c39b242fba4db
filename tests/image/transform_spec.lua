-- image.crop, flips, minmax and colours at the level of Lua.
local helper = require 'helper'
require 'image'

local function sizes(t) return t:size():totable() end

-- 1, 2, 3, ... in a tensor of the given sizes.
local function counted(...)
  local t, n = torch.DoubleTensor(...), 0
  return t:apply(function()
    n = n + 1
    return n
  end)
end

local function same(expected, got)
  assert.same(sizes(expected), sizes(got))
  assert.equal(0, (expected - got):abs():max())
end

describe('image.crop', function()
  it('copies columns and rows counted from 0, ends excluded', function()
    local src = counted(2, 4, 5)
    local got = image.crop(src, 1, 2, 4, 4)
    same(src:narrow(2, 3, 2):narrow(3, 2, 3), got)
    got:fill(0)
    assert.equal(1, src[1][1][1])
    assert.same({2, 3}, sizes(image.crop(src[1], 2, 2)))
    local dst = torch.DoubleTensor()
    assert.equal(dst, image.crop(dst, src, 0, 0, 1, 1))
    assert.same({2, 1, 1}, sizes(dst))
  end)

  it('finds the middle and the corners', function()
    local src = counted(4, 6)
    same(src:narrow(1, 2, 2):narrow(2, 3, 2), image.crop(src, 'c', 2, 2))
    same(src:narrow(1, 1, 1):narrow(2, 4, 3), image.crop(src, 'tr', 3, 1))
    same(src:narrow(1, 4, 1):narrow(2, 1, 3), image.crop(src, 'bl', 3, 1))
  end)

  it('refuses windows that leave the picture', function()
    local src = counted(4, 6)
    assert.error_matches(function() image.crop(src, 0, 0, 7, 4) end, 'columns 0 to 7 and rows 0 to 4 .* 6x4 picture')
    assert.error_matches(function() image.crop(src, 2, 2, 2, 3) end, 'do not lie')
    assert.error_matches(function() image.crop(src, 'c', 7, 1) end, 'do not lie')
    assert.error_matches(function() image.crop(src, 'x', 1, 1) end, "'x' is unknown")
    assert.error_matches(function() image.crop(counted(4), 0, 0) end, 'a picture .* expected, got 4')
  end)
end)

describe('flips', function()
  it('turn left and right, top and bottom, in place or not', function()
    local t = torch.DoubleTensor {{1, 2, 3}, {4, 5, 6}}
    same(torch.DoubleTensor {{3, 2, 1}, {6, 5, 4}}, image.hflip(t))
    same(torch.DoubleTensor {{4, 5, 6}, {1, 2, 3}}, image.vflip(t))
    same(torch.DoubleTensor {{4, 5, 6}, {1, 2, 3}}, image.flip(t, 1))
    image.hflip(t, t)
    same(torch.DoubleTensor {{3, 2, 1}, {6, 5, 4}}, t)
    local channels = counted(2, 3, 4)
    same(channels, image.flip(image.flip(image.vflip(image.vflip(channels)), 1), 1))
    assert.equal('torch.ByteTensor', image.hflip(torch.ByteTensor(3, 2, 2):fill(1)):type())
  end)
end)

describe('image.minmax', function()
  it('maps min and max to 0 and 1 in a new tensor', function()
    local t = torch.FloatTensor {-1, 0, 3}
    local got = image.minmax {tensor = t}
    assert.equal('torch.DoubleTensor', got:type())
    same(torch.DoubleTensor {0, 0.25, 1}, got)
    same(torch.DoubleTensor {-1, 0, 3}, image.minmax {tensor = t, min = 0, max = 1})
    same(torch.DoubleTensor {0, 0, 1}, image.minmax {tensor = t, min = 0, max = 1, saturate = true})
    same(torch.DoubleTensor {2 / 6, 3 / 6, 1}, image.minmax {tensor = t, symm = true})
    assert.equal(-1, t[1])
    assert.equal(t, image.minmax {tensor = t, inplace = true})
    assert.equal(0.25, t[2])
    assert.error_matches(function() image.minmax(t) end, 'expected {tensor = picture')
  end)

  it('agrees with the original', function()
    if not helper.have_shared() then return pending('no golden data') end
    local img = helper.npy(helper.shared .. '/golden/prim/img.npy')
    local golden = helper.npy(helper.shared .. '/golden/prim/minmax_0_1.npy')
    local t = torch.DoubleTensor(3, 13, 17)
    for i = 0, img.n - 1 do t:data()[i] = img.data[i] * 3 - 1 end
    local got = image.minmax {tensor = t, min = 0, max = 1}
    for i = 0, golden.n - 1 do assert.near(golden.data[i], got:data()[i], 1e-15) end
  end)
end)

describe('colours', function()
  it('go to YUV and back, into a given tensor or a new one', function()
    local t = counted(3, 2, 2):div(12)
    local yuv = image.rgb2yuv(t)
    assert.near(.299 * t[1][1][1] + .587 * t[2][1][1] + .114 * t[3][1][1], yuv[1][1][1], 1e-15)
    assert.is_true((image.yuv2rgb(yuv) - t):abs():max() < 1e-4)
    local r = torch.DoubleTensor()
    assert.equal(r, image.rgb2y(r, t))
    same(yuv:narrow(1, 1, 1), r)
  end)

  it('refuse pictures without three channels', function()
    assert.error_matches(function() image.rgb2yuv(counted(4, 2, 2)) end, 'image.rgb2yuv: a 3xHxW picture .* got 4x2x2')
  end)
end)
