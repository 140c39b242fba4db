-- The tight mask from composite and painting alone.
require 'torch'
require 'nn'
require 'image'
local helper = require 'helper'
local masks = require 'pen.harmonize.masks'
local shapes = require 'harmonize.shapes'

local W, H = shapes.width, shapes.height
local picture, region, disc, pasted, overlap = shapes.picture, shapes.region, shapes.disc, shapes.pasted, shapes.overlap

local function saved(t, extension)
  local name = os.tmpname()
  os.remove(name)
  name = name .. extension
  image.save(name, t)
  local back = image.load(name)
  os.remove(name)
  return back
end

describe('the mask from the difference', function()
  local painting, object = picture(1), disc(40, 30, 15)

  it('is the object, where all else is equal', function()
    assert.are.equal(1, overlap(masks.from_difference(pasted(painting, object, 0.9), painting), object))
  end)

  it('has its small holes filled and its gaps closed, and keeps an opening that one can look through', function()
    local holed = torch.cmul(object, 1 - disc(44, 33, 2)):cmul(region(function(x) return x ~= 32 end))
    assert.is_true(overlap(masks.from_difference(pasted(painting, holed, 0.9), painting), object) > 0.98)
    local ring = torch.cmul(object, 1 - disc(40, 30, 10))
    assert.is_true(overlap(masks.from_difference(pasted(painting, ring, 0.9), painting), ring) > 0.98)
  end)

  it('keeps several parts and drops specks', function()
    local parts = torch.cmax(object, disc(75, 55, 5))
    local specks = region(function(x, y) return x % 40 == 1 and y % 30 == 1 end)
    local mask = masks.from_difference(pasted(painting, torch.cmax(parts, specks), 0.9), painting)
    assert.is_true(overlap(mask, parts) > 0.99)
    assert.are.equal(0, torch.cmul(mask, disc(1, 1, 8)):sum())
  end)

  it('withstands JPEG', function()
    local composite = saved(pasted(painting, object, 0.9), '.jpg')
    assert.is_true(overlap(masks.from_difference(composite, painting), object) > 0.85)
  end)

  it('withstands noise all over the composite', function()
    local number = helper.numbers(8)
    local composite = pasted(painting, object, 0.9):apply(function(v) return v + number(-0.06, 0.06) end)
    assert.is_true(overlap(masks.from_difference(composite, painting), object) > 0.95)
  end)

  it('is refused when composite and painting are equal', function()
    local mask, why, seen = masks.from_difference(painting:clone(), painting)
    assert.is_true(mask == nil)
    assert.truthy(why:find('equals the painting'))
    assert.is_nil(seen)
  end)

  local function refused_everywhere(composite)
    local mask, why, seen = masks.from_difference(composite, painting)
    assert.is_true(mask == nil)
    assert.truthy(why:find('almost everywhere'))
    assert.is_nil(why:find('\n'))
    assert.are.same({H, W}, seen:size():totable())
    assert.is_true(seen:min() >= 0 and seen:max() <= 1 and seen:mean() > 0.01)
  end

  it('is refused, with a picture, when the difference is everywhere', function()
    refused_everywhere(1 - picture(2))
    refused_everywhere(painting + 0.2)
    refused_everywhere(pasted(painting, region(function(x) return x < W - 3 end), 0.9))
  end)

  it('is refused when the composite is shifted', function()
    local number, coarse = helper.numbers(4), torch.Tensor(3, H / 2, W / 3)
    local dabs = image.scale(coarse:apply(function() return number(0, 0.5) end), W, H, 'simple')
    local shifted = torch.cat(dabs[{{}, {}, {2, W}}], dabs[{{}, {}, {1, 1}}], 3)
    assert.are.equal(1, overlap(masks.from_difference(pasted(dabs, object, 0.9), dabs), object))
    assert.is_true(masks.from_difference(pasted(shifted, object, 0.9), dabs) == nil)
  end)

  it('withstands strong JPEG, where it is not refused', function()
    if not helper.have_shared() then return pending('no shared examples') end
    for _, n in ipairs {2, 16} do
      local stem = ('%s/data/%d_'):format(helper.shared, n)
      local naive = image.decompressJPG(image.compressJPG(image.load(stem .. 'naive.jpg', 3), 50), 3)
      local mask = masks.from_difference(naive, image.load(stem .. 'target.jpg', 3))
      assert.is_true(overlap(mask, image.load(stem .. 'c_mask.jpg', 3)[1]:gt(0.5):float()) > 0.92)
    end
  end)

  it("agrees with the authors' masks", function()
    if not helper.have_shared() then return pending('no shared examples') end
    local worst, sum = 1, 0
    local examples = {0, 2, 5, 10, 13, 16, 22, 25, 29, 34}
    for _, n in ipairs(examples) do
      local stem = ('%s/data/%d_'):format(helper.shared, n)
      local mask = masks.from_difference(image.load(stem .. 'naive.jpg', 3), image.load(stem .. 'target.jpg', 3))
      local theirs = image.load(stem .. 'c_mask.jpg', 3)[1]:gt(0.5):float()
      worst, sum = math.min(worst, overlap(mask, theirs)), sum + overlap(mask, theirs)
    end
    assert.is_true(worst > 0.91, 'worst ' .. worst)
    assert.is_true(sum / #examples > 0.96, 'mean ' .. sum / #examples)
  end)
end)
