-- The example that scripts/demo falls back on: one size, the same in every run, the object where its mask is.
require 'torch'
require 'nn'
require 'image'
local example = require 'pen.example'
local masks = require 'pen.harmonize.masks'

describe('the example of our own', function()
  local painting = example.painting()
  local naive, mask = example.composite(painting)

  it('is the same in every run', function()
    assert.are.equal(0, (example.painting() - painting):abs():max())
    assert.is_near(0.535, painting:mean(), 0.005)
  end)

  it('has the balloon where the mask is, and the painting elsewhere', function()
    assert.are.same({3, 440, 640}, naive:size():totable())
    local covered = mask:sum() / mask:nElement()
    assert.is_true(covered > 0.05 and covered < 0.15)
    local grown = masks.grown(mask)
    assert.is_true(grown:sum() > 1.2 * mask:sum())
    assert.are.equal(0, torch.cmul(mask, 1 - grown):max())
    local difference = (naive - painting):abs():max(1)[1]
    assert.are.equal(0, torch.cmul(difference, 1 - grown):max())
    assert.is_true(torch.cmul(difference, mask):sum() / mask:sum() > 0.1)
  end)

  it('is written as both passes read it', function()
    local folder = os.tmpname()
    os.remove(folder)
    assert(paths.mkdir(folder))
    example.write(folder, masks.grown)
    local read = image.load(folder .. '/painting.png', 3):float()
    assert.is_true((read - painting):abs():max() <= 1.01 / 255)
    assert.are.equal(mask:sum(), image.load(folder .. '/mask.png', 3)[1]:sum())
    assert.are.equal(5, (require('pen.harmonize.style_level').read_level(folder .. '/levels.txt', 0)))
    os.execute('rm -rf ' .. folder)
  end)
end)
