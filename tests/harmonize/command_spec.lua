-- `pentimento harmonize` from outside: what it writes, that it repeats, and that an interrupted run goes on.
local json = require 'dkjson'
local masks = require 'pen.harmonize.masks'
local helper = require 'helper'
local people = require 'harmonize.people'
local shell = require 'shell'

describe('pentimento harmonize', function()
  local world
  setup(function() world = people.world() end)
  teardown(function() people.remove(world) end)

  local function harmonize(changes)
    local status, out, errors = people.harmonize(world, changes)
    assert(status == 0, errors)
    return out, errors
  end

  local function path(name) return world.folder .. '/' .. name end
  local function bytes(name) return image.load(path(name), 3, 'byte') end

  it('changes the object and not one bit of the painting around it', function()
    harmonize {}
    local result, painting, tight = bytes 'result.png', bytes 'painting.png', image.load(path 'tight.png', 3)[1]
    assert.same(painting:size():totable(), result:size():totable())
    local outside = masks.grown(tight:float()):eq(0):view(1, 40, 48):expandAs(result)
    assert.is_true(outside:sum() > 1000)
    assert.equal(0, (result:double() - painting:double()):abs():cmul(outside:double()):max())
    assert.is_true((result:double() - painting:double()):abs():max() > 20)
    assert.is_true((result:double() - bytes('composite.png'):double()):abs():max() > 5)
  end)

  it('leaves a log that repeats the run to the bit', function()
    harmonize {}
    local log = json.decode(helper.read(path 'result.json'))
    assert.equal(5, log.style.level)
    assert.equal(12, log.passes[2].iterations)
    assert.is_true(log.passes[1].losses[2].total < log.passes[1].losses[1].total)
    local status, _, errors = shell.run(shell.line('harmonize', {config = path 'result.json',
      output = path 'again.png'}))
    assert.equal(0, status, errors)
    assert.equal(helper.read(path 'result.png'), helper.read(path 'again.png'))
  end)

  it('goes on after Ctrl-C as if nothing had happened', function()
    local changes = {num_iterations = 400, output = path 'whole.png'}
    harmonize(changes)
    changes.output, changes.keep = path 'cut.png', path 'stages'
    local line = ([[ %s & pid=$!
      while ! [ -e %s/5_pass1.png ] && kill -0 $pid; do sleep 0.02; done
      kill -INT $pid; wait $pid ]]):format(people.line(world, changes), changes.keep)
    local status, _, errors = shell.run(line)
    assert.equal(130, status, errors)
    assert.truthy(errors:find('-resume ' .. path 'cut.resume', 1, true), errors)
    assert.truthy(paths.filep(path 'cut.png'))
    assert.equal('pass 2', json.decode(helper.read(path 'cut.json')).interrupted.pass)
    status, _, errors = shell.run(shell.line('harmonize', {resume = path 'cut.resume'}))
    assert.equal(0, status, errors)
    assert.equal(helper.read(path 'whole.png'), helper.read(path 'cut.png'))
    assert.is_false(paths.filep(path 'cut.resume'))
  end)

  -- Runs it with searches in many bands, and Ctrl-C as soon as the function of that name in the pipeline is called.
  local function interrupted_in(stage, changes)
    local line = people.line(world, changes):gsub('^%S+ harmonize', '')
    local driver = helper.write(path 'driver.lua', ([[
      local bands = require 'pen.harmonize.bands'
      bands.PAIRS, bands.ROWS = 1, 1
      local interrupt, pipeline = require 'pen.interrupt', require 'pen.harmonize.pipeline'
      local run = pipeline.%s
      function pipeline.%s(...)
        interrupt.pending = function() return true end
        return run(...)
      end
      dofile 'scripts/harmonize.lua']]):format(stage, stage))
    return shell.run('scripts/th ' .. driver .. line)
  end

  it('ends at Ctrl-C while pass 1 matches, and writes nothing', function()
    local status, _, errors = interrupted_in('first', {output = path 'none.png'})
    assert.equal(130, status, errors)
    assert.truthy(errors:find('before pass 1: nothing is written', 1, true), errors)
    assert.is_false(paths.filep(path 'none.png'))
  end)

  it('ends at Ctrl-C in post-processing with the picture before it', function()
    local status, _, errors = interrupted_in('third', {output = path 'second.png', keep = path 'kept'})
    assert.equal(130, status, errors)
    assert.truthy(errors:find('second.png holds the picture before it', 1, true), errors)
    local difference = (bytes('second.png'):double() - bytes('kept/6_pass2.png'):double()):abs()
    local object = image.load(path 'tight.png', 3)[1]:gt(0.5):double():view(1, 40, 48):expandAs(difference)
    assert.is_true(difference:cmul(object):max() <= 1)
  end)

  it('pastes a cut-out in the middle, and where it is told', function()
    local object = torch.zeros(4, 14, 14)
    object[{{1}, {}, {}}]:fill(0.9)
    object[{4, {3, 12}, {3, 12}}]:fill(1)
    image.save(path 'object.png', object)
    local function changed(options)
      options.composite, options.object = false, path 'object.png'
      harmonize(options)
      local difference = (bytes('result.png'):double() - bytes('painting.png'):double()):abs():max(1)[1]
      return difference[{20, 24}] > 20, difference[{8, 9}] > 20
    end
    assert.same({true, false}, {changed {}})
    assert.same({false, true}, {changed {at = '2,1'}})
    assert.same({true, true}, {changed {at = '-5,-6', scale = 3.5}})
  end)

  it('works at a smaller size and answers at the painting\'s', function()
    harmonize {image_size = 32}
    assert.same({3, 40, 48}, bytes('result.png'):size():totable())
    assert.same({32, 27}, json.decode(helper.read(path 'result.json')).working_size)
  end)

  it('gives a preview, a sheet of three strengths and every stage when asked', function()
    harmonize {preview = true, sheet = true, keep = path 'kept', strength = 2, output = path 'all.png'}
    assert.same({3, 40, 48}, bytes('all_preview.png'):size():totable())
    assert.is_true(bytes('all_sheet.png'):size(3) > 3 * 48)
    for _, name in ipairs {'1_painting', '4_loose_mask', '5_pass1', '6_pass2', '7_postprocessed'} do
      assert.truthy(paths.filep(path('kept/' .. name .. '.png')), name)
    end
    assert.equal(10, json.decode(helper.read(path 'all.json')).style.level)
  end)

  it('teaches with -help', function()
    local status, out = shell.run(shell.line('harmonize', {help = true}))
    assert.equal(0, status)
    for _, word in ipairs {'-painting', '-object', '-style_level', '-resume', 'Two pictures are enough'} do
      assert.truthy(out:find(word, 1, true), word)
    end
  end)

  it('is listed among the commands', function()
    local status, out = shell.run(shell.line('', {}))
    assert.equal(0, status)
    assert.truthy(out:find('harmonize', 1, true) and out:find('neural_gram', 1, true))
    status, _, out = shell.run(shell.line('harmonise', {}))
    assert.equal(1, status)
    assert.truthy(out:find('no command harmonise', 1, true))
  end)
end)
