-- Bad input to `pentimento harmonize`: one line that names the option or file and the remedy, exit status 1, no result.
local helper = require 'helper'
local people = require 'harmonize.people'
local shell = require 'shell'

describe('pentimento harmonize', function()
  local world
  setup(function() world = people.world() end)
  teardown(function() people.remove(world) end)

  local function path(name) return world.folder .. '/' .. name end

  -- name, changed options (a table, or a function that makes files first), patterns in the message
  local function refuses(name, changes, ...)
    local patterns = {...}
    it('refuses ' .. name, function()
      if type(changes) == 'function' then changes = changes() end
      local status, _, errors = people.harmonize(world, changes)
      assert.equal(1, status, errors)
      assert.equal(1, select(2, errors:gsub('\n', '\n')), errors)
      for _, pattern in ipairs(patterns) do assert.truthy(errors:find(pattern, 1, true), errors) end
      assert.is_false(paths.filep(path 'result.png'))
    end)
  end

  local function saved(name, picture)
    image.save(path(name), picture)
    return path(name)
  end

  refuses('no painting', {painting = ''}, '-painting is missing', '-help')
  refuses('a painting that is not there', {painting = 'none.png'}, '-painting', 'none.png')
  refuses('nothing to paste', {composite = ''}, '-composite', '-object')
  refuses('two things to paste', function() return {object = path 'composite.png'} end, '-composite', '-object')
  refuses('a composite equal to the painting', function() return {composite = path 'painting.png'} end, '-composite',
    'equals the painting')
  refuses('a composite of another shape', function() return {composite = saved('tall.png', torch.ones(3, 60, 30))} end,
    'tall.png', '30 x 60', 'painting.png', '48 x 40', 'crop')
  refuses('a composite that differs everywhere, with a picture of it', function()
    return {composite = saved('other.png', 1 - image.load(path 'painting.png', 3))}
  end, 'other.png', 'result_difference.png', '-mask')
  it('shows what it saw of a composite that differs everywhere', function()
    assert.same({3, 40, 48}, image.load(path 'result_difference.png', 3):size():totable())
  end)
  refuses('less memory than the painting and the network take', {max_memory = 1e-5}, '-max_memory 1e-05',
    'needs about', 'no working size')
  refuses('less than no memory', {max_memory = -1}, '-max_memory -1')
  refuses('an empty mask', function() return {mask = saved('black.png', torch.zeros(1, 40, 48))} end, 'black.png',
    'empty')
  refuses('a full mask', function() return {mask = saved('white.png', torch.ones(1, 40, 48))} end, 'white.png',
    'full')
  refuses('a cut-out without transparency', function() return {composite = false, object = path 'composite.png'} end,
    '-object', 'transparency')
  refuses('a cut-out that is transparent everywhere', function()
    return {composite = false, object = saved('clear.png', torch.zeros(4, 9, 9))}
  end, 'clear.png', 'transparent')
  refuses('a cut-out outside the canvas', function()
    return {composite = false, object = saved('dot.png', torch.ones(4, 9, 9)), at = '60,5'}
  end, 'dot.png', '-at 60,5', '48 x 40')
  refuses('a place that is none', function() return {composite = false, object = path 'dot.png', at = '5'} end, '-at 5',
    '300,120')
  refuses('an object too small for the working size', function()
    local mask = torch.zeros(1, 40, 48)
    mask[1][20][20] = 1
    return {mask = saved('point.png', mask), image_size = 16}
  end, '-image_size')
  refuses('JPEG as the result', function() return {output = path 'result.jpg'} end, 'result.jpg', '.png')
  refuses('a folder that is not there', function() return {output = path 'none/result.png'} end, 'none/result.png')
  refuses('a folder to keep stages in that is a file', function() return {keep = path 'tiny.caffemodel'} end, '-keep')
  refuses('a precision that the CPU does not have', {precision = 'bf16'}, '-precision bf16', 'GPUs')
  refuses('a precision that nothing has', {precision = 'half'}, '-precision half', 'fp32, tf32 or bf16')
  refuses('more threads than there are', {threads = 5000}, '-threads 5000', 'what there is')
  refuses('less than one thread', {threads = -1}, '-threads -1')
  refuses('a scale of nothing', {scale = 0}, '-scale')
  refuses('a style level of words', {style_level = 'high'}, '-style_level')
  refuses('a genre it does not know', {style_level = false, genre = 'impresionism'}, '-genre',
    'did you mean Impressionism')
  refuses('a model that is not there', {model_file = 'none.caffemodel'}, '-model_file', 'none.caffemodel')
  refuses('a config that is no JSON', function() return {config = helper.write(path 'bad.json', '{"scale": ')} end,
    '-config', 'bad.json')
  refuses('a config with an unknown option', function()
    return {config = helper.write(path 'odd.json', '{"stile_level": "5"}')}
  end, 'odd.json', 'stile_level', '-style_level')
  refuses('a config with a value of the wrong kind', function()
    return {config = helper.write(path 'kind.json', '{"scale": "big"}')}
  end, 'kind.json', 'scale', 'number')

  -- A file to resume from, made by a run that is interrupted in pass 2.
  local function interrupted()
    local changes = {num_iterations = 3000, output = path 'cut.png', keep = path 'k'}
    local line = people.line(world, changes)
    shell.run(([[ %s & pid=$!
      while ! [ -e %s ] && kill -0 $pid; do sleep 0.02; done
      kill -TERM $pid; wait $pid ]]):format(line, path 'k/5_pass1.png'))
    return helper.read(path 'cut.resume')
  end

  local function refuses_to_resume(name, spoil, ...)
    local patterns = {...}
    it('refuses to resume from ' .. name, function()
      local bytes = paths.filep(path 'cut.resume') and helper.read(path 'cut.resume') or interrupted()
      local painting = helper.read(path 'painting.png')
      helper.write(path 'spoilt.resume', spoil(bytes) or bytes)
      local status, _, errors = shell.run(shell.line('harmonize', {resume = path 'spoilt.resume'}))
      helper.write(path 'painting.png', painting)
      assert.equal(1, status, errors)
      assert.equal(1, select(2, errors:gsub('\n', '\n')), errors)
      for _, pattern in ipairs(patterns) do assert.truthy(errors:find(pattern, 1, true), errors) end
    end)
  end

  refuses_to_resume('a file cut off', function(bytes) return bytes:sub(1, -100) end, 'spoilt.resume', 'cut off')
  refuses_to_resume('a file of another version', function(bytes)
    return (bytes:gsub('"version":"[^"]*"', '"version":"0.0.7"', 1))
  end, '0.0.7', 'without -resume')
  refuses_to_resume('something else', function() return 'P6 1 1 255' end, 'no file to resume from')
  refuses_to_resume('a run of other pictures', function()
    saved('painting.png', torch.ones(3, 40, 48):mul(0.3))
  end, 'another run', '-painting')

  it('leaves no half result on a full disk', function()
    local line = people.line(world, {})
    local status, _, errors = shell.run("trap '' XFSZ\nulimit -f 1\n" .. line)
    assert.equal(1, status, errors)
    assert.truthy(errors:find('result.png', 1, true), errors)
    local _, left = shell.run('ls ' .. world.folder .. ' | grep -e result.png -e part || true')
    assert.equal('', left)
  end)

  -- The painting with 16 bits a sample, the lower ones at random.
  local function deep_painting()
    local bytes, number, out = image.load(path 'painting.png', 3, 'byte'), helper.numbers(2), {'P6 48 40 65535\n'}
    bytes:permute(2, 3, 1):contiguous():apply(function(value)
      out[#out + 1] = string.char(value, math.floor(number(0, 255)))
    end)
    return helper.write(path 'deep.ppm', table.concat(out))
  end

  -- The first rows, which lie outside the mask, of the result and of a painting, as bytes.
  local function same_sky(name)
    local result, painting = image.load(path 'result.png', 3, 'byte'), image.load(name, 3, 'byte')
    return (result:double() - painting:double()):abs()[{{}, {1, 5}}]:max() == 0
  end

  it('takes grey and 16-bit paintings', function()
    local grey = saved('grey.png', image.rgb2y(image.load(path 'painting.png', 3)))
    for _, name in ipairs {grey, deep_painting()} do
      local status, _, errors = people.harmonize(world, {painting = name, mask = path 'tight.png'})
      assert.equal(0, status, errors)
      assert.is_true(same_sky(name))
    end
  end)

  it('takes masks that are soft or inverted', function()
    local tight = image.load(path 'tight.png', 1)
    local status, out, errors = people.harmonize(world, {mask = saved('inverted.png', 1 - tight)})
    assert.equal(0, status, errors)
    assert.truthy(out:find('inverted.png is black on the object: inverted', 1, true), out)
    local from_inverted = helper.read(path 'result.png')
    status = people.harmonize(world, {mask = saved('soft.png', tight * 0.4)})
    assert.equal(0, status)
    assert.equal(from_inverted, helper.read(path 'result.png'))
  end)
end)
