-- The measures on features, against plain loops and on cases whose answer is known.
require 'torch'
require 'nn'
require 'image'
local helper = require 'helper'
local synthetic = require 'harmonize.synthetic'
local features = require 'pen.compare.features'
local regions = require 'pen.compare.regions'

local C, H, W = 3, 4, 5
local number = helper.numbers(29)

local function map()
  return torch.FloatTensor(C, H, W):apply(function() return number(-0.2, 1) end)
end

describe('measures on features', function()
  local a, b = map(), map()
  local mask = torch.FloatTensor(H, W):apply(function() return math.max(0, number(-0.5, 1)) end)

  it('have a Gram matrix that is a weighted mean', function()
    local gram = features.gram(a, mask)
    for i = 1, C do
      for j = 1, C do
        local sum, weight = 0, 0
        for y = 1, H do
          for x = 1, W do
            sum, weight = sum + mask[y][x] * a[i][y][x] * a[j][y][x], weight + mask[y][x]
          end
        end
        assert.is_near(sum / weight, gram[i][j], 1e-6)
      end
    end
    assert.is_true((features.gram(a, mask * 0.25) - gram):abs():max() < 1e-6)
  end)

  it('have distances that are relative', function()
    local above, below = 0, 0
    for c = 1, C do
      for y = 1, H do
        for x = 1, W do
          above = above + mask[y][x] * (a[c][y][x] - b[c][y][x]) ^ 2
          below = below + mask[y][x] * b[c][y][x] ^ 2
        end
      end
    end
    assert.is_near(above / below, features.content_distance(a, b, mask), 1e-6)
    assert.is_near(features.content_distance(a, b, mask), features.content_distance(a * 7, b * 7, mask), 1e-6)
    assert.are.equal(0, features.content_distance(a, a:clone(), mask))
    assert.is_near(1, features.content_distance(a * 0, a, mask), 1e-6)
    assert.is_nil(features.content_distance(a, a * 0, mask))
    local gram = torch.FloatTensor {{3, 0}, {0, 4}}
    assert.are.equal(0, features.gram_distance(gram, gram:clone()))
    assert.is_near(1, features.gram_distance(gram * 2, gram), 1e-6)
    assert.is_near(3 / 5, features.gram_distance(torch.FloatTensor {{3, 0}, {0, 1}}, gram), 1e-6)
    assert.is_nil(features.gram_distance(gram, gram * 0))
  end)

  it('tell a copy of the painting from something else', function()
    local cnn = synthetic.network()
    local tile = torch.Tensor(3, 16, 16):apply(function() return number(0, 1) end)
    local painting = tile:repeatTensor(1, 4, 10)
    local smooth = torch.Tensor(3, 64, 160):fill(0.5)
    local tight = torch.zeros(64, 160)
    tight:narrow(1, 17, 32):narrow(2, 113, 32):fill(1)
    local pasted = painting:clone()
    pasted:narrow(2, 17, 32):narrow(3, 113, 32):fill(0.5)
    local far = pasted:clone() -- changed where the object's features do not see it
    far:narrow(3, 1, 16):fill(0)
    local where = regions.new(tight, tight)
    local pictures = {painting = painting, naive = pasted, ours = painting, theirs = smooth, far = far}
    local content, style = features.measure(cnn, pictures, {'naive', 'ours', 'theirs', 'far'}, where)
    assert.are.equal(0, content.naive)
    assert.are.equal(0, content.far)
    assert.is_true(content.ours > 0.001)
    assert.are.equal(style.naive, style.far)
    assert.is_true(style.ours < style.naive / 3)
    assert.is_true(style.ours < style.theirs / 3)
    where.outside:zero()
    local _, none = features.measure(cnn, pictures, {'naive'}, where)
    assert.is_nil(none.naive)
  end)
end)
