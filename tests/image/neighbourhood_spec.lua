-- image.erode, dilate, lcn, toDisplayTensor and the sample pictures.
local helper = require 'helper'
require 'image'

local function same(expected, got, tolerance)
  assert.same(expected:size():totable(), got:size():totable())
  local most = (expected:double() - got:double()):abs():max()
  if not (most <= (tolerance or 0)) then error(('differs by %g:\n%s'):format(most, tostring(got)), 2) end
end

describe('morphology', function()
  local cross = torch.ByteTensor {{0, 0, 0, 0, 0}, {0, 1, 1, 1, 0}, {0, 1, 1, 1, 1}, {0, 1, 1, 1, 0}}

  it('erodes and dilates, outside as pad says', function()
    local core = torch.ByteTensor(4, 5):zero()
    core[3][3] = 1
    core[4][3] = 1
    same(core, image.erode(cross))
    core[4][3] = 0
    same(core, image.erode(cross, nil, 0))
    local point = torch.FloatTensor(3, 4):zero()
    point[1][1] = 1
    local square = torch.FloatTensor {{1, 1, 0, 0}, {1, 1, 0, 0}, {0, 0, 0, 0}}
    assert.equal('torch.FloatTensor', image.dilate(point):type())
    same(square, image.dilate(point))
    assert.equal(1, image.dilate(point, nil, 1)[3][1])
  end)

  it('takes kernels, turned as in Torch', function()
    local point, kernel = torch.zeros(3, 3), torch.zeros(3, 3)
    point[2][2], kernel[1][2], kernel[2][2] = 1, 1, 1
    same(torch.DoubleTensor {{0, 0, 0}, {0, 1, 0}, {0, 1, 0}}, image.dilate(point, kernel))
    same(torch.DoubleTensor {{0, 1, 1}, {0, 1, 1}, {0, 0, 0}}, image.erode(
      torch.DoubleTensor {{0, 1, 1}, {0, 1, 1}, {0, 1, 1}}, kernel, 0))
    assert.error_matches(function() image.dilate(point, torch.ones(2, 3)) end, 'odd sides')
    assert.error_matches(function() image.erode(torch.ones(3, 2, 2)) end, 'image.erode: a picture HxW')
  end)
end)

describe('image.lcn', function()
  it('subtracts the mean and divides by the deviation under the kernel', function()
    local number = helper.numbers(4)
    local t = torch.FloatTensor(6, 7):apply(function() return number(0, 1) ^ 8 end)
    local kernel, got = torch.DoubleTensor(3, 3):fill(1 / 9), nil
    got = image.lcn(t:view(1, 6, 7), kernel)
    local x = t:double()
    x = (x - x:mean()) / x:std()
    assert.same({4, 5}, got:size():totable())
    for i = 1, 4 do
      for j = 1, 5 do
        local window = x:narrow(1, i, 3):narrow(2, j, 3):clone()
        local deviation = math.sqrt(math.max(torch.cmul(window, window):mean() - window:mean() ^ 2, 0))
        assert.near((x[i + 1][j + 1] - window:mean()) / math.max(1, deviation), got[i][j], 1e-6)
      end
    end
    assert.same({1, 1}, image.lcn(torch.rand(9, 9)):size():totable())
    assert.error_matches(function() image.lcn(torch.rand(3, 9, 9)) end, 'a gray picture')
  end)
end)

describe('image.toDisplayTensor', function()
  it('lays pictures out in rows, stretched together', function()
    local list = {}
    for i = 1, 3 do list[i] = torch.FloatTensor(2, 2):fill(i) end
    local got = image.toDisplayTensor {input = list, nrow = 2, padding = 1}
    same(torch.DoubleTensor {{
      {0, 0, 1, 0.5, 0.5, 1}, {0, 0, 1, 0.5, 0.5, 1}, {1, 1, 1, 1, 1, 1},
      {1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1}}}, got)
  end)

  it('stretches one picture, or each of them on demand', function()
    same(torch.DoubleTensor {{0, 1}}, image.toDisplayTensor(torch.FloatTensor {{3, 7}}))
    same(torch.DoubleTensor {{0, 0.5}}, image.toDisplayTensor {input = torch.FloatTensor {{-5, 7}}, min = 5, max = 9})
    local maps = torch.DoubleTensor {{{1, 2}}, {{5, 9}}, {{0, 7}}, {{0, 1}}}
    same(torch.DoubleTensor {{0, 1, 0, 1}, {0, 1, 0, 1}},
      image.toDisplayTensor {input = maps, nrow = 2, scaleeach = true})
    assert.same({3, 4, 10}, image.toDisplayTensor(torch.rand(5, 3, 4, 2)):size():totable())
    assert.error_matches(function() image.toDisplayTensor('x') end, 'a list of pictures expected, got string')
    assert.error_matches(function() image.toDisplayTensor() end, 'missing argument: input')
    assert.error_matches(function() image.display(maps) end, 'image.display: there are no windows')
    assert.error_matches(function() image.window() end, 'image.window: there are no windows')
  end)
end)

describe('sample pictures', function()
  it('have the sizes of those of Torch', function()
    assert.same({3, 512, 512}, image.lena():size():totable())
    assert.same({257, 271}, image.fabio():size():totable())
    assert.is_true(image.lena():std() > 0.1 and image.fabio():std() > 0.1)
  end)
end)

describe('file types', function()
  it('can be looked up by extension', function()
    assert.is_true(image.is_supported('JPEG'))
    assert.is_false(image.is_supported('gif'))
    assert.equal(image.savePGM, image.supported_filetypes.pgm.saver)
    local name = os.tmpname()
    image.savePNG(name, torch.zeros(3, 4, 5))
    assert.same({3, 4, 5}, {image.supported_filetypes.png.sizer(name)})
    assert.equal('torch.LongTensor', image.getSize(name):type())
    assert.error_matches(function() image.getJPGsize(name) end, 'no JPEG picture')
    os.remove(name)
  end)
end)
