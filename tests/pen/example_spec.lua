-- The example that scripts/demo falls back on: one size, the same in every run, the object where its mask is.
require 'torch'
require 'nn'
require 'image'
local example = require 'pen.art.example'
local boat, brush, random = require 'pen.art.boat', require 'pen.art.brush', require 'pen.art.random'
local masks = require 'pen.harmonize.masks'

describe('the example of our own', function()
  local painting, object = example.painting(), example.object()
  local naive, mask = example.composite(painting, object)

  it('is the same in every run', function()
    assert.are.equal(0, (example.painting() - painting):abs():max())
    assert.are.equal(0, (boat.render(60) - boat.render(60)):abs():max())
  end)

  it('is a picture of the size and values that the passes read', function()
    assert.are.same({3, 525, 700}, painting:size():totable())
    assert.is_true(painting:min() >= 0 and painting:max() <= 1)
    assert.is_near(0.5, painting:mean(), 0.05)
    assert.is_true(painting:std() > 0.15)
  end)

  it('has an object with soft edges that fits', function()
    local alpha = object[4]
    assert.are.equal(4, object:size(1))
    assert.is_true(object:min() >= 0 and object:max() <= 1)
    local solid, soft = alpha:gt(0.9):double():mean(), alpha:gt(0):double():mean() - alpha:gt(0.9):double():mean()
    assert.is_true(solid > 0.25 and soft > 0.01)
    for _, side in ipairs {alpha[1], alpha:select(2, 1), alpha:select(2, alpha:size(2))} do
      assert.are.equal(0, side:max())
    end
    assert.is_true(example.AT[1] + object:size(3) <= 700 and example.AT[2] + object:size(2) <= 525)
  end)

  it('has the object where the mask is, and the painting elsewhere', function()
    assert.is_true(mask:mean() > 0.08 and mask:mean() < 0.15)
    local grown = masks.grown(mask)
    assert.is_true(grown:sum() > 1.2 * mask:sum())
    assert.is_true(torch.cmul(mask, 1 - grown):sum() < 0.01 * mask:sum())
    local difference = (naive - painting:double()):abs():max(1)[1]
    assert.is_true(torch.cmul(difference, 1 - mask:double()):max() <= masks.COVERED)
    assert.is_true(torch.cmul(difference, mask:double()):sum() / mask:sum() > 0.1)
  end)

  it('is written as both passes read it', function()
    local folder = os.tmpname()
    os.remove(folder)
    assert(paths.mkdir(folder))
    example.write(folder, painting, object)
    local read = image.load(folder .. '/painting.png', 3):float()
    assert.is_true((read - painting):abs():max() <= 1.01 / 255)
    assert.is_true((image.load(folder .. '/object.png'):float() - object):abs():max() <= 1.01 / 255)
    assert.are.equal(mask:sum(), image.load(folder .. '/mask.png', 3)[1]:sum())
    assert.are.equal(5, (require('pen.harmonize.style_level').read_level(folder .. '/levels.txt', 0)))
    os.execute('rm -rf ' .. folder)
  end)
end)

describe('the brush', function()
  it('paints along its path and nowhere else', function()
    local canvas = brush.canvas(20, 10, {0.5, 0.5, 0.5}, random.numbers(1))
    local path, count = {}, 41
    for i = 0, count - 1 do path[2 * i], path[2 * i + 1] = 8 + i * brush.STEP, 10.5 end
    brush.stroke(canvas, path, count, {half = 3, first = {1, 0, 0}, second = {1, 0, 0}, opacity = 1, body = 1})
    local red = canvas.paint[1]:gt(0.5)
    assert.are.equal(1, red[11][20])
    assert.are.equal(0, math.max(red:narrow(1, 1, 7):max(), red:narrow(1, 15, 6):max()))
    assert.are.equal(0, math.max(red:narrow(2, 1, 7):max(), red:narrow(2, 34, 7):max()))
    assert.is_true(canvas.thickness:max() <= 1.1)
  end)
end)

describe('noise', function()
  it('is smooth, and repeats every 64 units', function()
    for i = 0, 200 do
      local x, y = 0.37 * i - 20, 0.11 * i * i % 50
      assert.is_true(math.abs(random.noise(x, y)) <= 1)
      assert.is_near(random.noise(x, y), random.noise(x + 1e-3, y - 1e-3), 0.01)
      assert.is_near(random.noise(x, y), random.noise(x + 64, y - 64), 1e-9)
    end
  end)
end)
