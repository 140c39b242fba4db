-- The script filt_cnn_artifact.lua: which files it takes and makes, what it skips, what it says when one is missing.
local helper = require 'helper'
local pen = require 'pen.ffi'
require 'torch'
require 'image'

describe('filt_cnn_artifact.lua', function()
  local folder
  local root = pen.root:match('^/') and pen.root or paths.cwd() .. '/' .. pen.root

  -- Runs the script in the folder; returns exit status, what it printed and what it complained about.
  local function run(options)
    local out, errors = os.tmpname(), os.tmpname()
    local status = os.execute(("cd '%s' && '%sscripts/th' '%sscripts/filt_cnn_artifact.lua' %s >%s 2>%s"):format(folder,
      root, root, options or '', out, errors))
    return status >= 256 and status / 256 or status, helper.take(out), helper.take(errors)
  end

  local function picture(h, w, seed)
    torch.manualSeed(seed)
    return torch.rand(3, h, w)
  end

  -- An example of 24 x 30; the result as .png or .jpg, of h x w.
  local function example(number, extension, h, w)
    local mask = torch.zeros(24, 30)
    mask:narrow(1, 9, 8):narrow(2, 11, 9):fill(1)
    image.save(('%s/data/%d_c_mask.jpg'):format(folder, number), mask)
    image.save(('%s/data/%d_naive.jpg'):format(folder, number), picture(24, 30, 1))
    image.save(('%s/data/%d_target.jpg'):format(folder, number), picture(24, 30, 2))
    image.save(('%s/results/%d_final_res.%s'):format(folder, number, extension), picture(h or 24, w or 30, 3))
  end

  local function output(number) return ('%s/results/%d_final_res2.png'):format(folder, number) end

  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(paths.mkdir(folder) and paths.mkdir(folder .. '/data') and paths.mkdir(folder .. '/results'))
  end)
  after_each(function() os.execute("rm -r '" .. folder .. "'") end)

  it('makes all that it finds, and leaves the painting outside of the object', function()
    example(3, 'png')
    example(12, 'jpg')
    local status, out, errors = run()
    assert.equal(0, status, errors)
    assert.truthy(out:find('results/3_final_res2.png.*results/12_final_res2.png'))
    local made = image.load(output(3), 3, 'byte')
    local painting = image.load(folder .. '/data/3_target.jpg', 3, 'byte')
    assert.equal(0, torch.ne(made:narrow(2, 1, 2), painting:narrow(2, 1, 2)):sum())
    assert.is_true(torch.ne(made, painting):sum() > 100)
  end)

  it('skips what is done, unless asked', function()
    example(3, 'png')
    assert.equal(0, (run()))
    image.save(output(3), picture(24, 30, 9))
    local before = image.load(output(3), 3, 'byte')
    local status, out = run()
    assert.equal(0, status)
    assert.truthy(out:find('-again', 1, true))
    assert.equal(0, torch.ne(before, image.load(output(3), 3, 'byte')):sum())
    assert.equal(0, (run('-again')))
    assert.is_true(torch.ne(before, image.load(output(3), 3, 'byte')):sum() > 100)
    image.save(output(3), before)
    assert.equal(0, (run('-index 3')))
    assert.is_true(torch.ne(before, image.load(output(3), 3, 'byte')):sum() > 100)
  end)

  it('goes on after a missing file, names it, and ends with status 1', function()
    example(3, 'png')
    example(4, 'png')
    os.remove(folder .. '/data/3_naive.jpg')
    local status, _, errors = run()
    assert.equal(1, status)
    assert.truthy(errors:find('data/3_naive.png or .jpg is missing', 1, true), errors)
    assert.truthy(errors:find('1 of 2 were not made', 1, true), errors)
    assert.is_nil(errors:find('.lua:', 1, true), errors)
    assert.is_true(paths.filep(output(4)) and not paths.filep(output(3)))
  end)

  it('scales the data to a smaller result, and refuses another shape', function()
    example(3, 'png', 12, 15)
    example(4, 'png', 15, 12)
    local status, _, errors = run()
    assert.equal(1, status)
    assert.same({3, 12, 15}, image.load(output(3), 3):size():totable())
    assert.truthy(errors:find('data/4_naive.jpg is 30 x 24, the result 12 x 15: their shapes', 1, true), errors)
  end)

  it('refuses an empty mask, a list that is none, and folders without results', function()
    example(3, 'png')
    image.save(folder .. '/data/3_c_mask.jpg', torch.zeros(24, 30))
    local function refuses(options, message)
      local status, _, errors = run(options)
      assert.equal(1, status)
      assert.truthy(errors:find(message, 1, true), errors)
    end
    refuses('', 'data/3_c_mask is empty')
    refuses('-index 3,x', '-index 3,x: give numbers')
    refuses('-index 5', 'results/5_final_res.png or .jpg is missing')
    refuses('-results data', '-results data holds no picture named like 0_final_res.png')
    refuses('-results nowhere', '-results nowhere is no folder')
  end)
end)
