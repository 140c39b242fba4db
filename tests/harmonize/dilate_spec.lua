-- scripts/dilate_mask.lua: the authors' loose masks from their tight ones, names, bad input.
require 'torch'
require 'image'
require 'paths'
local helper = require 'helper'
local pen = require 'pen.ffi'
local shapes = require 'harmonize.shapes'

describe('dilate_mask', function()
  local folder

  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(paths.mkdir(folder .. '/data'))
  end)
  after_each(function() os.execute('rm -rf ' .. folder) end)

  -- Runs the script in the folder; exit status, what it wrote on stdout and on stderr.
  local function run(options)
    local out, errors = folder .. '/out.txt', folder .. '/errors.txt'
    local script = paths.concat(pen.root, 'scripts')
    local status = os.execute(('cd %s && %s/th %s/dilate_mask.lua %s >%s 2>%s'):format(folder, script, script, options,
      out, errors))
    return status / 256, helper.take(out), helper.take(errors)
  end

  it('makes a loose mask of every tight one in data, and of one by name', function()
    local tight = shapes.disc(40, 30, 15)
    image.save(folder .. '/data/3_c_mask.png', tight)
    image.save(folder .. '/data/12_c_mask.jpg', tight)
    local status, text = run('')
    assert.are.equal(0, status)
    assert.are.equal('data/3_c_mask.png -> data/3_c_mask_dilated.png\n' ..
      'data/12_c_mask.jpg -> data/12_c_mask_dilated.jpg\n', text)
    local loose = image.load(folder .. '/data/3_c_mask_dilated.png', 1, 'float')[1]
    assert.are.equal(0, torch.cmul(tight, 1 - loose):max())
    assert.is_true(loose:sum() > tight:sum() and loose:eq(0):add(loose:eq(1)):min() == 1)
    assert.are.equal(0, (run('-mask data/3_c_mask.png -output a.png')))
    assert.are.equal(0, (image.load(folder .. '/a.png', 1, 'float')[1] - loose):abs():max())
  end)

  it("reproduces the authors' loose masks", function()
    if not helper.have_shared() then return pending('no shared examples') end
    for _, n in ipairs {0, 2, 5, 10, 13, 16, 22, 25, 29, 34} do
      local stem = ('%s/data/%d_c_mask'):format(paths.concat(helper.shared), n)
      assert.are.equal(0, (run(('-mask %s.jpg -output loose.png'):format(stem))))
      local loose = image.load(folder .. '/loose.png', 1)[1]:gt(0.5):float()
      assert.is_true(shapes.overlap(loose, image.load(stem .. '_dilated.jpg', 3)[1]:gt(0.5):float()) > 0.999)
    end
  end)

  local function refuses(name, options, ...)
    local patterns = {...}
    it('refuses ' .. name, function()
      image.save(folder .. '/black.png', torch.zeros(1, 20, 20))
      image.save(folder .. '/white.png', torch.ones(1, 20, 20))
      image.save(folder .. '/good.png', shapes.disc(40, 30, 15))
      local status, _, text = run(options)
      assert.are.equal(1, status)
      assert.are.equal(1, select(2, text:gsub('\n', '')), text)
      for _, pattern in ipairs(patterns) do assert.truthy(text:find(pattern, 1, true), text) end
      assert.is_false(paths.filep(folder .. '/out.png'))
    end)
  end

  refuses('a folder without masks', '', '-data data', '0_c_mask.jpg')
  refuses('a folder that is not there', '-data none', '-data none')
  refuses('a mask without a name for the result', '-mask good.png', '-output')
  refuses('a missing mask', '-mask none.png -output out.png', 'none.png')
  refuses('an empty mask', '-mask black.png -output out.png', 'black.png', 'empty')
  refuses('a full mask', '-mask white.png -output out.png', 'white.png', 'full')
  refuses('a folder that cannot be written', '-mask good.png -output none/out.png', 'none/out.png')
end)
