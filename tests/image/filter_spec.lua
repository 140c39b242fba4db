-- image.gaussian and image.convolve: forms of arguments, and the original's output.
local ffi = require 'ffi'
local helper = require 'helper'
require 'image'

local function sizes(t) return t:size():totable() end

local function golden(name, class)
  local file = helper.npy(helper.shared .. '/golden/prim/' .. name .. '.npy')
  local t = torch.DoubleTensor(unpack(file.shape))
  for i = 0, file.n - 1 do t:data()[i] = file.data[i] end
  return class and t:type(class) or t
end

local function near(expected, got, tolerance)
  assert.same(sizes(expected), sizes(got))
  local most = (expected:double() - got:double()):abs():max()
  if not (most <= tolerance) then error('differs by ' .. most, 2) end
end

describe('image.gaussian', function()
  it('takes positions and names', function()
    near(image.gaussian(5, 0.3, 2, true), image.gaussian {size = 5, sigma = 0.3, amplitude = 2, normalize = true}, 0)
    assert.same({3, 3}, sizes(image.gaussian()))
    local t = image.gaussian {width = 4, height = 2, sigma_horz = 0.1, sigma_vert = 0.4, mean_horz = 0.3, amplitude = 3}
    assert.same({2, 4}, sizes(t))
    local x, y = (3 - (0.3 * 4 + 0.5)) / (0.1 * 4), (2 - 1.5) / (0.4 * 2)
    assert.near(3 * math.exp(-(x ^ 2 + y ^ 2) / 2), t[2][3], 1e-15)
  end)

  it('fills a given tensor; bytes are rounded and clamped', function()
    local float, byte = torch.FloatTensor(5, 5), torch.ByteTensor(5, 5)
    assert.equal(float, image.gaussian {amplitude = 1000, tensor = float})
    image.gaussian {amplitude = 1000, tensor = byte}
    for y = 1, 5 do
      for x = 1, 5 do assert.equal(math.min(255, math.floor(float[y][x] + 0.5)), byte[y][x]) end
    end
  end)

  it('has a row of its own in gaussian1D', function()
    near(image.gaussian {width = 5, height = 1, sigma = 0.3, mean_horz = 0.4}:select(1, 1),
      image.gaussian1D {size = 5, sigma = 0.3, mean = 0.4}, 1e-15)
    assert.near(1, image.gaussian1D(7, 0.2, 3, true):sum(), 1e-12)
    local float = torch.FloatTensor(4)
    assert.equal(float, image.gaussian1D {tensor = float, amplitude = 2})
    assert.error_matches(function() image.gaussian1D {tensor = torch.zeros(2, 2)} end, 'must have 1 dimension')
  end)

  it('agrees with the original', function()
    if not helper.have_shared() then return pending('no golden data') end
    near(golden 'gaussian_7_3_1_true', image.gaussian(7, 3, 1, true), 1e-15)
    near(golden 'gaussian_7_default', image.gaussian(7), 1e-15)
    near(golden 'gaussian_5_0.25', image.gaussian(5, 0.25), 1e-15)
  end)
end)

describe('image.laplacian', function()
  it('is (1 - r) exp(-r)', function()
    local t = image.laplacian {size = 5, sigma = 0.2, amplitude = 3}
    for y = 1, 5 do
      for x = 1, 5 do
        local r = ((y - 3) ^ 2 + (x - 3) ^ 2) / 2
        assert.near(3 * (1 - r) * math.exp(-r), t[y][x], 1e-12)
      end
    end
    assert.near(1, image.laplacian(5, 0.3, 2, true):sum(), 1e-12)
  end)
end)

describe('image.gaussianpyramid', function()
  it('samples what the Gaussian of 3x3 smoothed at the level before', function()
    local t = torch.DoubleTensor(2, 8, 6):apply(function() return math.random() end)
    local levels = image.gaussianpyramid(t, {1, 0.5, 0.25})
    near(t, levels[1], 0)
    local smooth = image.convolve(t, image.gaussian(3, 0.25, 1, true), 'same')
    for y = 1, 4 do
      for x = 1, 3 do assert.near(smooth[2][2 * y - 1][2 * x - 1], levels[2][2][y][x], 1e-7) end
    end
    assert.same({2, 2, 1}, sizes(levels[3]))
    local own = {torch.DoubleTensor()}
    assert.equal(own[1], image.gaussianpyramid(own, t[1], {0.5})[1])
    assert.same({4, 3}, sizes(own[1]))
    assert.equal('torch.ByteTensor', image.gaussianpyramid(t:byte(), {0.5})[1]:type())
    assert.error_matches(function() image.gaussianpyramid(t, 2) end, 'list of scales')
  end)
end)

describe('image.convolve', function()
  it('is valid by default, full or the same size on demand', function()
    local src, kernel = torch.DoubleTensor(3, 6, 8):fill(1), torch.DoubleTensor(3, 5):fill(1)
    assert.same({3, 4, 4}, sizes(image.convolve(src, kernel)))
    assert.same({3, 8, 12}, sizes(image.convolve(src, kernel, 'full')))
    local same = image.convolve(src, kernel, 'same')
    assert.same({3, 6, 8}, sizes(same))
    assert.is_false(same:isContiguous())
    assert.same({6, 15}, {same[1][1][1], same[3][3][4]})
    assert.same({6, 8}, sizes(image.convolve(src[1], kernel, 'same')))
    local r = torch.DoubleTensor()
    assert.equal(r, image.convolve(r, src, kernel, 'valid'))
    assert.same({3, 4, 4}, sizes(r))
  end)

  it('agrees with the original, kernels of the other type included', function()
    if not helper.have_shared() then return pending('no golden data') end
    local img, kernel = golden 'img', golden 'gaussian_7_3_1_true'
    near(golden 'convolve_same_gauss7_double', image.convolve(img, kernel, 'same'), 1e-12)
    near(golden 'convolve_full_gauss7_double', image.convolve(img, kernel, 'full'), 1e-12)
    near(golden 'convolve_valid_gauss7_double', image.convolve(img, kernel, 'valid'), 1e-12)
    near(golden 'convolve_same_asym_double', image.convolve(img, golden 'asym_kernel_3x5', 'same'), 1e-12)
    local float = img:float()
    near(golden 'convolve_same_gauss7_float', image.convolve(float, kernel, 'same'), 1e-6)
    near(golden 'convolve_same_gauss7_float_floatkernel', image.convolve(float, kernel:float(), 'same'), 1e-6)
  end)

  it('rounds and clamps bytes, whatever the type of the kernel', function()
    local src = torch.ByteTensor {{10, 20, 250}}
    near(torch.ByteTensor {{15, 135}}, image.convolve(src, torch.DoubleTensor {{0.5, 0.5}}), 0)
    near(torch.ByteTensor {{30, 60, 255}}, image.convolve(src, torch.FloatTensor {{3}}), 0)
    near(torch.ByteTensor {{0, 0, 0}}, image.convolve(src, torch.ByteTensor {{1}}:float():mul(-1)), 0)
  end)

  it('says what is wrong', function()
    local src = torch.DoubleTensor(3, 4, 4):fill(0)
    local function refused(text, ...)
      local arguments = {...}
      assert.error_matches(function() image.convolve(unpack(arguments)) end, text)
    end
    refused("mode 'some' is unknown", src, torch.DoubleTensor(2, 2), 'some')
    refused('kernel %(3x5x5%) is larger than the picture %(3x4x4%)', src, torch.DoubleTensor(5, 5))
    refused('kernel is 2x2x2, picture 3x4x4', src, torch.DoubleTensor(2, 2, 2))
    refused('expected %(%[result,%] picture', src)
    refused('expected float or double', src:int(), torch.IntTensor(2, 2))
  end)
end)
