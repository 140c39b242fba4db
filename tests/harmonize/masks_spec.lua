-- Masks from a user's picture and from a cut-out's alpha; growing; sizes.
require 'torch'
require 'nn'
require 'image'
local masks = require 'pen.harmonize.masks'
local shapes = require 'harmonize.shapes'

local W, H = shapes.width, shapes.height
local picture, region, disc, pasted = shapes.picture, shapes.region, shapes.disc, shapes.pasted

describe("a user's mask", function()
  local painting, object = picture(1), disc(40, 30, 15)
  local composite = pasted(painting, object, 0.9)

  local function check(mask) return masks.checked(mask, composite, painting, '-mask m.png') end
  local function rgb(mask) return mask:view(1, H, W):expand(3, H, W) end

  it('is taken with any number of channels, and soft', function()
    local soft = object * 0.5
    soft:add(0.2, disc(40, 30, 20))
    for _, mask in ipairs {soft, soft:view(1, H, W), rgb(soft), rgb(soft):double()} do
      local tight, notice = check(mask)
      assert.are.equal('torch.FloatTensor', tight:type())
      assert.are.equal(0, (tight - object):abs():max())
      assert.is_nil(notice)
    end
  end)

  it('is read from its alpha where that varies', function()
    local white = torch.ones(1, H, W):float()
    assert.are.equal(0, (check(torch.cat(white, object:view(1, H, W), 1)) - object):abs():max())
    assert.are.equal(0, (check(torch.cat(rgb(object), white, 1)) - object):abs():max())
  end)

  it('is inverted, with a notice, when it is black on the object', function()
    for _, black in ipairs {object, disc(40, 30, 25)} do
      local tight, notice = check(rgb(1 - black))
      assert.are.equal(0, (tight - black):abs():max())
      assert.truthy(notice:find('-mask m.png', 1, true) and notice:find('inverted'))
    end
  end)

  it('is not inverted when it covers more than the object, or a part of it', function()
    for _, mask in ipairs {disc(40, 30, 30), disc(40, 30, 6), region(function(x) return x > 5 end)} do
      local tight, notice = check(mask)
      assert.is_nil(notice)
      assert.are.equal(0, (tight - mask):abs():max())
    end
  end)

  local function refused(mask, pattern)
    local ok, problem = pcall(check, mask)
    assert.is_false(ok)
    assert.truthy(problem:find('-mask m.png', 1, true) and problem:find(pattern), problem)
  end

  it('is refused when empty, full, or white where nothing was pasted', function()
    refused(torch.zeros(3, H, W), 'empty')
    refused(torch.zeros(3, H, W):fill(0.01), 'empty')
    refused(torch.ones(3, H, W), 'full')
    refused(torch.ones(3, H, W):fill(0.5), 'full')
    refused(disc(75, 60, 5), 'equals the painting wherever')
  end)
end)

describe('the mask of a cut-out', function()
  it('holds soft edges and shadows', function()
    local object = torch.zeros(4, 3, 4)
    object[4][2][1], object[4][2][2], object[4][2][3] = 1, 0.2, 0.05
    assert.are.same({{0, 0, 0, 0}, {1, 1, 0, 0}, {0, 0, 0, 0}}, masks.from_alpha(object, 'cut.png'):totable())
    assert.are.same({{1}}, masks.from_alpha(torch.ones(2, 1, 1), 'cut.png'):totable())
  end)

  it('is refused without alpha, and when all is transparent', function()
    for _, channels in ipairs {1, 3} do
      assert.error_matches(function() masks.from_alpha(torch.ones(channels, 3, 4), '-object cut.jpg') end,
        '%-object cut.jpg has no transparency')
    end
    assert.error_matches(function() masks.from_alpha(torch.zeros(4, 3, 4), '-object cut.png') end,
      '%-object cut.png is transparent everywhere')
  end)
end)

describe('the loose mask', function()
  -- The formula as it is written: every position sums the whole 35 x 35 window.
  local function plain(tight, window)
    local reach, sigma, total = (window - 1) / 2, window / 3, 0
    local grown = torch.FloatTensor(H, W):zero()
    local function bell(i, j) return math.exp(-(i * i + j * j) / (2 * sigma * sigma)) end
    for i = -reach, reach do
      for j = -reach, reach do total = total + bell(i, j) end
    end
    for y = 1, H do
      for x = 1, W do
        local sum = 0
        for v = math.max(1, y - reach), math.min(H, y + reach) do
          for u = math.max(1, x - reach), math.min(W, x + reach) do
            if tight[v][u] > 0 then sum = sum + tight[v][u] * bell(v - y, u - x) end
          end
        end
        grown[y][x] = sum / total > 0.1 and 1 or 0
      end
    end
    return grown
  end

  it('is a Gaussian of a window that follows the size, over 0.1', function()
    local tight = torch.cmax(disc(40, 30, 15), disc(88, 65, 4))
    assert.are.equal(0, (masks.grown(tight) - plain(tight, 5)):abs():max()) -- 35 * 90 / 700
    local wide = torch.FloatTensor(40, 700):zero()
    wide[20][300] = 1
    wide:narrow(2, 300, 100):fill(1)
    local grown = masks.grown(wide)
    assert.are.same({40, 700}, grown:size():totable())
    assert.are.equal(0, grown[20][286])
    assert.are.equal(1, grown[20][288]) -- a straight edge moves by 1.28 sigma, here less: it is cut at half the window
  end)

  it('takes soft masks as they are', function()
    local soft = disc(40, 30, 15):mul(0.6)
    assert.are.equal(0, (masks.grown(soft) - plain(soft, 5)):abs():max())
  end)
end)

describe('sizes', function()
  local names = {painting = '-painting p.png', composite = '-composite c.png', mask = '-mask m.png'}

  it('stay where they agree', function()
    local composite, mask = picture(2), torch.rand(1, H, W)
    local got, got_mask, notice = masks.reconcile(picture(1), composite, mask, names)
    assert.are.equal(composite, got)
    assert.are.equal(mask, got_mask)
    assert.is_nil(notice)
  end)

  it("become the painting's, with a notice, where the shapes agree", function()
    local large, small = torch.rand(3, 2 * H + 1, 2 * W), torch.rand(35, 45)
    local composite, mask, notice = masks.reconcile(picture(1), large, small, names)
    assert.are.same({3, H, W}, composite:size():totable())
    assert.are.same({H, W}, mask:size():totable())
    assert.are.equal('-composite c.png resized from 180 x 141 to the 90 x 70 of -painting p.png; ' ..
      '-mask m.png resized from 45 x 35 to the 90 x 70 of -painting p.png', notice)
    local _, none, about_mask = masks.reconcile(picture(1), picture(2), nil, names)
    assert.is_nil(none)
    assert.is_nil(about_mask)
  end)

  it('of another shape are refused with both sizes and a remedy', function()
    assert.error_matches(function() masks.reconcile(picture(1), torch.rand(3, 80, 90), nil, names) end,
      '%-composite c.png is 90 x 80, but %-painting p.png is 90 x 70: .*crop')
    assert.error_matches(function() masks.reconcile(picture(1), picture(2), torch.rand(W, H), names) end,
      '%-mask m.png is 70 x 90, but %-painting p.png is 90 x 70')
  end)
end)
