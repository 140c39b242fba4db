-- Post-processing: each stage against a recording of the original's steps, and what must hold of the whole.
local helper = require 'helper'
require 'torch'
require 'image'
local post = require 'pen.harmonize.post'

local function largest_difference(a, b) return (a:double() - b:double()):abs():max() end

-- Pictures that vary smoothly with some noise, in [0, 1].
local function picture(h, w, seed)
  local number = helper.numbers(seed)
  local p = torch.DoubleTensor(3, h, w)
  for c = 1, 3 do
    for y = 1, h do
      for x = 1, w do p[c][y][x] = 0.5 + 0.3 * math.sin((x + c * seed) / 5 + y / 7) + number(-0.1, 0.1) end
    end
  end
  return p
end

local function disc(h, w, radius)
  local mask = torch.FloatTensor(h, w):zero()
  for y = 1, h do
    for x = 1, w do mask[y][x] = (y - h / 2) ^ 2 + (x - w / 2) ^ 2 < radius ^ 2 and 1 or 0 end
  end
  return mask
end

describe('post-processing, stage by stage as recorded,', function()
  local function load(example, name) return image.load(('%s/%s'):format(helper.shared, name:format(example)), 3) end
  local function recorded(name) return helper.npy_tensor(('%s/golden/post/%s.npy'):format(helper.shared, name)) end
  -- A stage of an example: its value, the name of the recording, and how far they may be apart.
  local function agrees(name, value, tolerance)
    assert.is_true(largest_difference(value, recorded(name)) <= (tolerance or 1e-6), name)
  end

  it('agrees on example 2', function()
    if not helper.have_shared() then return pending('no golden data') end
    local lab = post.lab(load(2, 'results/%d_final_res.png'))
    agrees('idx2_lab', lab)
    local filtered = post.filter_chroma(lab, load(2, 'data/%d_naive.jpg'))
    agrees('idx2_lab_filtered', filtered)
    local cleaned = post.rgb(filtered)
    agrees('idx2_o1', cleaned)
    agrees('idx2_o1_base', cleaned - post.detail(cleaned))
    agrees('idx2_soft_mask', post.soft_mask(load(2, 'data/%d_c_mask.jpg')[1]))
    agrees('idx2_k1', post.gaussian(1))
    agrees('idx2_k3', post.gaussian(3))
  end)

  it('agrees on example 13, recorded in single precision', function()
    if not helper.have_shared() then return pending('no golden data') end
    local filtered = post.filter_chroma(post.lab(load(13, 'results/%d_final_res.png')), load(13, 'data/%d_naive.jpg'))
    agrees('idx13_lab_filtered', filtered, 4e-6) -- half a unit in the last place at 100
    agrees('idx13_o1', post.rgb(filtered))
    agrees('idx13_soft_mask', post.soft_mask(load(13, 'data/%d_c_mask.jpg')[1]))
  end)
end)

describe('post-processing', function()
  it('around the object alone gives what it gives in the whole picture', function()
    local h, w = 90, 110
    local result, naive, painting, mask = picture(h, w, 1), picture(h, w, 2), picture(h, w, 3), disc(h, w, 8)
    local cleaned, soft = post.clean_chroma(result, naive), post.soft_mask(mask)
    local mixed = post.vote(painting, post.nearest_patches(cleaned, painting, soft)):add(post.detail(cleaned))
    local weight = soft:view(1, h, w):expand(3, h, w)
    local whole = torch.cmul(mixed:clamp(0, 1), weight):add(torch.cmul(painting, 1 - weight))
    assert.is_true(largest_difference(whole, painting) > 0.1)
    assert.is_true(largest_difference(post.apply(result, naive, mask, painting), whole) < 1e-9)
  end)

  local h, w = 40, 52
  local result, naive, painting, mask = picture(h, w, 3), picture(h, w, 4), picture(h, w, 5), disc(h, w, 8)

  it('leaves the painting where the soft mask is 0, bit by bit, and changes it inside', function()
    local out, soft = post.apply(result, naive, mask, painting), post.soft_mask(mask)
    local outside = torch.eq(soft, 0):view(1, h, w):expand(3, h, w):contiguous()
    assert.is_true(outside:sum() > 0)
    assert.equal(0, torch.ne(out, painting):cmul(outside):sum())
    assert.is_true(largest_difference(out, painting) > 0.05)
    assert.is_true(out:min() >= 0 and out:max() <= 1)
  end)

  it('is made of the painting\'s patches and the finest detail', function()
    local cleaned, soft = post.clean_chroma(result, naive), post.soft_mask(mask)
    local field = post.nearest_patches(cleaned, painting, soft)
    local strokes = post.vote(painting, field)
    local y, x = h / 2, w / 2
    local sum = 0
    for dy = -3, 3 do
      for dx = -3, 3 do
        local at = field[y + dy][x + dx] -- (x, y), 0-based
        sum = sum + painting[2][at[2] + 1 - dy][at[1] + 1 - dx]
      end
    end
    assert.near(sum / 49, strokes[2][y][x], 1e-6)
    local expected = strokes[2][y][x] + cleaned[2][y][x] - image.convolve(cleaned, post.gaussian(1), 'same')[2][y][x]
    assert.near(1, soft[y][x], 1e-12)
    assert.near(math.min(1, math.max(0, expected)), post.apply(result, naive, mask, painting)[2][y][x], 1e-6)
  end)

  it('gives a piece of the painting back, up to what the votes blur', function()
    local soft = post.soft_mask(mask)
    local field = post.nearest_patches(painting, painting, soft)
    assert.is_true(largest_difference(post.vote(painting, field):cmul(
      torch.gt(soft, 0):double():view(1, h, w):expand(3, h, w)), painting:clone():cmul(
      torch.gt(soft, 0):double():view(1, h, w):expand(3, h, w))) < 1e-6)
  end)

  it('reaches the border: every pixel under the soft mask has votes', function()
    local corner = torch.FloatTensor(h, w):zero()
    corner:narrow(1, 1, 9):narrow(2, w - 8, 9):fill(1)
    local field = post.nearest_patches(result, painting, post.soft_mask(corner))
    assert.is_true(post.vote(painting:clone():fill(1), field)[1][1][w] == 1)
  end)

  it('refuses pictures of different sizes', function()
    assert.error_matches(function() post.apply(result, naive, mask, picture(h, w + 1, 5)) end,
      'the painting is 53 x 40, the result 52 x 40')
  end)
end)
