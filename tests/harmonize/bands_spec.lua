-- Searches in bands of rows find what they find at once, and tell how far they are.
require 'nn'
require 'image'
local bands = require 'pen.harmonize.bands'
local correspondence = require 'pen.harmonize.correspondence'
local helper = require 'helper'
local post = require 'pen.harmonize.post'

describe('a search in bands', function()
  local pairs_before, rows_before = bands.PAIRS, bands.ROWS
  local function usual() bands.PAIRS, bands.ROWS = pairs_before, rows_before end
  after_each(usual)

  local number = helper.numbers(8)
  local function noise(...) return torch.FloatTensor(...):apply(function() return number(0, 1) end) end

  -- Runs search(watch) at once and in bands of so many rows; both must give the same.
  local function same_in_bands(search, rows)
    usual()
    local calls, last = 0, 0
    local function watch(fraction)
      assert.is_true(fraction > last and fraction <= 1)
      calls, last = calls + 1, fraction
    end
    local whole = search(watch)
    assert.equal(0, calls)
    bands.PAIRS, bands.ROWS = 1, rows
    local parts = search(watch)
    assert.is_true(calls > 1)
    assert.equal(1, last)
    assert.same(whole:size():totable(), parts:size():totable())
    assert.equal(0, (whole:double() - parts:double()):abs():max())
    assert.is_true(whole:double():abs():max() > 0)
  end

  local mask = torch.FloatTensor(53, 31):zero()
  mask:narrow(1, 5, 44):narrow(2, 1, 20):fill(1)

  it('finds the same features, under the cosine of patches', function()
    local object, style = noise(4, 53, 31), noise(4, 20, 33)
    for _, patch in ipairs {1, 3, 7} do
      same_in_bands(function(watch) return correspondence.matched_features(object, style, mask, patch, watch) end, 1)
    end
  end)

  it('finds the same ring of the painting, under the dot product of patches', function()
    local object, style, painting = noise(4, 53, 31), noise(4, 53, 31), noise(3, 106, 62)
    local tight = image.scale(mask, 62, 106, 'simple')
    same_in_bands(function(watch)
      return correspondence.ring_mask(object, style, tight, painting, {patchmatch_size = 3, refine_size = 5,
        refine_iter = 1, ring_radius = 1, say = function() end, watch = watch})
    end, 7)
  end)

  it('finds the same patches of the painting', function()
    local picture, painting = noise(3, 53, 31):double(), noise(3, 40, 50):double()
    same_in_bands(function(watch) return post.nearest_patches(picture, painting, mask, watch) end, 16)
  end)
end)
