-- scripts/distill.lua from outside: a small training with its files and report, the report alone, and wrong options,
-- each of which ends with one line and status 1.
require 'torch'
require 'nn'
require 'image'
require 'loadcaffe'
local helper = require 'helper'
local files = require 'pen.distill.files'
local student = require 'pen.distill.student'
local textures = require 'pen.distill.textures'
local pen = require 'pen.ffi'

describe('scripts/distill.lua', function()
  local folder

  -- Exit status, stdout, stderr. options: name -> value, over those of a run of two steps.
  local function run(options)
    local all = {
      pictures = folder .. '/pictures', held_out = '7_', output = folder .. '/out.caffemodel',
      teacher_low = folder .. '/low.caffemodel', teacher_high = folder .. '/high.caffemodel',
      widths = '2,3,4,5,5', steps = 2, batch = 1, crop = 32,
    }
    for name, value in pairs(options) do all[name] = value end
    local words, out, err = {pen.root .. 'scripts/th', pen.root .. 'scripts/distill.lua'}, os.tmpname(), os.tmpname()
    for name, value in pairs(all) do
      words[#words + 1] = value == true and '-' .. name or ("-%s '%s'"):format(name, value)
    end
    local status = os.execute(table.concat(words, ' ') .. (' >%s 2>%s'):format(out, err))
    return status >= 256 and status / 256 or status, helper.take(out), helper.take(err)
  end

  setup(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(paths.mkdir(folder) and paths.mkdir(folder .. '/pictures'))
    torch.manualSeed(4)
    files.save_network(student.cut(student.new {4, 5, 6, 1, 1}, 'relu3_1'), folder .. '/low.caffemodel')
    files.save_network(student.new {2, 3, 4, 5, 5}, folder .. '/high.caffemodel')
    for _, name in ipairs {'1_a.png', '2_b.png', '7_c.png'} do
      image.save(folder .. '/pictures/' .. name, textures.random(48))
    end
    image.save(folder .. '/pictures/1_mask.png', torch.FloatTensor(3, 8, 8):zero())
  end)
  teardown(function() os.execute('rm -rf ' .. folder) end)

  it('trains, writes a network and says how good it is; -report says it again', function()
    local status, out, err = run {}
    assert.are.equal(0, status, err)
    assert.truthy(err:find('step 2/2', 1, true), err)
    assert.truthy(paths.filep(folder .. '/out_deploy.prototxt'))
    assert.is_false(paths.filep(folder .. '/out.caffemodel.checkpoint'))
    local first = helper.take(folder .. '/out.caffemodel')
    local again, _, problem = run {}
    assert.are.equal(0, again, problem)
    local table_ = out:match('(| out |.*)$')
    assert.truthy(table_ and table_:find('| the high teacher |', 1, true), out)
    local reported, text = run {report = folder .. '/out.caffemodel'}
    assert.are.equal(0, reported)
    assert.are.equal(table_, text:match('(| out |.*)$'))
    assert.are.equal(first, helper.take(folder .. '/out.caffemodel'))
  end)

  local function refuses(name, options, ...)
    local patterns = {...}
    it('refuses ' .. name, function()
      local status, _, err = run(options())
      assert.are.equal(1, status, err)
      assert.are.equal(1, select(2, err:gsub('\n', '\n')), err)
      for _, pattern in ipairs(patterns) do assert.truthy(err:find(pattern, 1, true), err) end
      assert.is_false(paths.filep(folder .. '/out.caffemodel'))
    end)
  end
  refuses('a missing folder', function() return {pictures = folder .. '/none'} end, '-pictures', '/none')
  refuses('pictures of which none is held out', function() return {held_out = '9_'} end, '-held_out', '0 held out')
  refuses('a missing teacher', function() return {teacher_low = folder .. '/no.caffemodel'} end, '-teacher_low',
    'no.caffemodel')
  refuses('a teacher that ends too early', function() return {teacher_high = folder .. '/low.caffemodel'} end,
    '-teacher_high', 'relu5_1')
  refuses('widths that are none', function() return {widths = '1,2,x,4,5'} end, '-widths 1,2,x,4,5')
  refuses('widths that the teacher does not have', function() return {widths = '2,3,4,5,6'} end, '-widths', '4,5,5')
  refuses('another kind of file', function() return {output = folder .. '/out.t7'} end, '-output', '.caffemodel')
  refuses('an output folder that is not there', function() return {output = folder .. '/x/out.caffemodel'} end,
    '-output', '/x/out.caffemodel')
  refuses('no steps', function() return {steps = 0} end, '-steps 0')
  refuses('to go on from nothing', function() return {resume = true} end, '-resume', 'out.caffemodel.checkpoint')
end)
