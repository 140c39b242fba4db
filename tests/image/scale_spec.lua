-- image.scale: the forms of its arguments. What it computes is checked in tests/kernels/resample_spec.lua.
local helper = require 'helper'
require 'image'

local function sizes(t) return t:size():totable() end
local function picture(...) return torch.FloatTensor(...):fill(0.5) end

describe('image.scale', function()
  it('takes the longer side, and drops fractions', function()
    assert.same({3, 479, 700}, sizes(image.scale(picture(3, 701, 1023), 700, 'bilinear')))
    assert.same({700, 466}, sizes(image.scale(picture(800, 533), 700)))
    assert.same({1, 10}, sizes(image.scale(picture(1, 100), '10')))
  end)

  it('takes width and height, in this order', function()
    assert.same({3, 4, 6}, sizes(image.scale(picture(3, 8, 9), 6, 4)))
    assert.same({4, 6}, sizes(image.scale(picture(8, 9), 6.9, 4.2, 'simple')))
    assert.same({4, 6}, sizes(image.scale(picture(8, 9), '6x4')))
  end)

  it('takes the shorter side, factors and fractions', function()
    assert.same({256, 512}, sizes(image.scale(picture(10, 20), '^256')))
    assert.same({5, 10}, sizes(image.scale(picture(10, 20), '*0.5')))
    assert.same({15, 30}, sizes(image.scale(picture(10, 20), '*3/2', 'bicubic')))
  end)

  it('fills a given result', function()
    local result = picture(2, 3)
    assert.equal(result, image.scale(result, picture(4, 4):fill(0.25), 'simple'))
    assert.equal(0.25, result[2][3])
  end)

  it('keeps the type, and agrees with the original on the longer side', function()
    assert.equal('torch.ByteTensor', image.scale(torch.ByteTensor(2, 2):fill(1), 3, 3, 'simple'):type())
    if not helper.have_shared() then return pending('no golden data') end
    local img = helper.npy(helper.shared .. '/golden/prim/img.npy')
    local t = torch.DoubleTensor(3, 13, 17)
    for i = 0, img.n - 1 do t:data()[i] = img.data[i] end
    for _, size in ipairs {8, 10, 11, 23} do
      local golden = helper.npy(('%s/golden/prim/scale_double_max_%d.npy'):format(helper.shared, size))
      local got = image.scale(t, size)
      assert.same(golden.shape, sizes(got))
      for i = 0, golden.n - 1 do assert.near(golden.data[i], got:data()[i], 1e-6) end
    end
  end)

  it('says what is wrong', function()
    local function refused(text, ...)
      local arguments = {...}
      assert.error_matches(function() image.scale(unpack(arguments)) end, text)
    end
    refused('expected %(picture, size', picture(2, 2))
    refused("size 'big' is not understood", picture(2, 2), 'big')
    refused("mode 'cubic' is unknown; use", picture(2, 2), 2, 2, 'cubic')
    refused('width is 0, expected 1 or more', picture(2, 2), 0, 2)
    refused('height is nil', picture(2, 2), 2, {})
    refused('torch.IntTensor is not supported', torch.IntTensor(2, 2), 1, 1)
    refused('2 or 3 dimensions, this has 1', picture(2), 1, 1)
    refused('expected %(picture, size', 'a.png', 1, 1)
    refused('result is 2D torch.FloatTensor, picture 3D', picture(2, 2), picture(3, 2, 2))
  end)
end)
