-- The pictures that a network learns from: sizes, range, the same sequence from the same seed, and noise on demand.
require 'torch'
require 'nn'
require 'image'
local convention = require 'pen.harmonize.pictures'
local pictures = require 'pen.distill.pictures'
local textures = require 'pen.distill.textures'

describe('training pictures', function()
  local list
  setup(function()
    torch.manualSeed(1)
    list = {{picture = textures.random(64)}, {picture = textures.random(40)}}
  end)

  local function batch(seed, ...)
    torch.manualSeed(seed)
    return pictures.batch(list, 8, 32, ...)
  end

  it('are what the network sees of RGB in [0, 1]', function()
    local values = batch(2)
    assert.are.same({8, 3, 32, 32}, values:size():totable())
    for i = 1, 8 do
      local picture = convention.deprocess(values[i], torch.DoubleTensor())
      assert.is_true(picture:min() > -1e-5 and picture:max() < 1 + 1e-5)
      assert.is_true(picture:std() > 1e-3)
    end
  end)

  it('are the same for the same seed, and others for another', function()
    assert.are.equal(0, (batch(2) - batch(2)):abs():max())
    assert.is_true((batch(2) - batch(3)):abs():max() > 1)
  end)

  it('leave the originals as they are', function()
    local before = list[2].picture:clone()
    torch.manualSeed(4)
    for _ = 1, 10 do pictures.batch(list, 4, 40, true) end
    assert.are.equal(0, (before - list[2].picture):abs():max())
  end)

  -- How many of 64 pictures of nothing differ between neighbours.
  local function rough_ones(rough)
    torch.manualSeed(6)
    local values = pictures.batch({{picture = torch.FloatTensor(3, 64, 64):fill(0.5)}}, 64, 32, rough)
    local differences = (values:narrow(4, 2, 31) - values:narrow(4, 1, 31)):abs():view(64, -1):max(2)
    return differences:gt(2):sum()
  end

  it('are rougher with noise', function()
    local without, with = rough_ones(false), rough_ones(true)
    assert.is_true(without <= 24 and with >= 32, without .. ' and ' .. with)
  end)
end)

describe('made textures', function()
  it('fill their range without leaving it, all different', function()
    torch.manualSeed(5)
    local last
    for _ = 1, 20 do
      local picture = textures.random(24)
      assert.are.same({3, 24, 24}, picture:size():totable())
      assert.is_true(picture:min() >= 0 and picture:max() <= 1)
      assert.is_true(not last or (picture - last):abs():max() > 0.05)
      last = picture
    end
  end)

  it('make noise that differs between the channels', function()
    for _, grain in ipairs {0.5, 1, 3} do
      local noise = textures.colour_noise(32, grain)
      assert.are.same({3, 32, 32}, noise:size():totable())
      assert.is_true((noise[1] - noise[2]):std() > 0.3)
    end
  end)
end)
