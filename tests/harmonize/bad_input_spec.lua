-- Bad input to the scripts, as a user meets it: one line that names the option or file and the remedy, exit code 1,
-- nothing written.
local synthetic = require 'harmonize.synthetic'
local writer = require 'model.writer'
local helper = require 'helper'
local shell = require 'shell'

-- Runs a script with options, after the shell commands in before; returns exit status and stderr.
local function run(script, params, changes, before)
  local names = {
    'style_image', 'content_image', 'tmask_image', 'mask_image', 'image_size', 'gpu', 'output_image', 'num_iterations',
  }
  if script == 'neural_paint' then
    for _, name in ipairs {'cnnmrf_image', 'wikiart_fn', 'index'} do names[#names + 1] = name end
  end
  local options = {}
  for _, name in ipairs(names) do options[name] = params[name] end
  for name, value in pairs(changes) do options[name] = value end
  local status, _, errors = shell.run((before or '') .. shell.line(script, options))
  return status, errors
end

local read, write = helper.read, helper.write

describe('the scripts refuse', function()
  local params
  setup(function() params = synthetic.params() end)
  teardown(function() synthetic.remove(params) end)

  -- name, script, changed options (a function of params), patterns that the message must hold
  local function refuses(name, script, changes, ...)
    local patterns = {...}
    it(name, function()
      local status, text = run(script, params, changes(params))
      assert.are.equal(1, status, text)
      local lines = select(2, text:gsub('\n', '\n'))
      assert.are.equal(1, lines, text)
      for _, pattern in ipairs(patterns) do assert.truthy(text:find(pattern, 1, true), text) end
      assert.is_false(paths.filep(params.output_image))
    end)
  end

  local function file(name, option)
    return function(p) return {[option or 'content_image'] = p.folder .. '/' .. name} end
  end

  refuses('a missing picture', 'neural_gram', file('none.jpg'), '-content_image', 'none.jpg')
  refuses('a missing painting', 'neural_paint', file('none.jpg', 'style_image'), '-style_image', 'none.jpg')
  refuses('a missing pass-1 picture', 'neural_paint', file('none.jpg', 'cnnmrf_image'), 'none.jpg')
  refuses('an empty file', 'neural_gram', function(p)
    return {content_image = write(p.folder .. '/empty.png', '')}
  end, '-content_image', 'empty.png')
  refuses('a text file', 'neural_gram', function(p)
    return {mask_image = write(p.folder .. '/text.jpg', 'no picture at all')}
  end, '-mask_image', 'text.jpg')
  refuses('a truncated picture', 'neural_gram', function(p)
    return {style_image = write(p.folder .. '/cut.png', read(p.style_image):sub(1, 2000))}
  end, '-style_image', 'cut.png')
  refuses('a mask of another shape', 'neural_gram', function(p)
    image.save(p.folder .. '/tall.png', torch.ones(3, 60, 30))
    return {mask_image = p.folder .. '/tall.png'}
  end, '-mask_image', 'tall.png', 'crop or resize')
  refuses('an empty mask', 'neural_gram', function(p)
    image.save(p.folder .. '/black.png', torch.zeros(3, 40, 48))
    return {mask_image = p.folder .. '/black.png'}
  end, '-mask_image', 'black.png', 'empty')
  refuses('a full mask', 'neural_paint', function(p)
    image.save(p.folder .. '/white.png', torch.ones(3, 40, 48))
    return {tmask_image = p.folder .. '/white.png'}
  end, '-tmask_image', 'white.png', 'full')
  refuses('an output folder that is not there', 'neural_gram', function(p)
    return {output_image = p.folder .. '/none/out.png'}
  end, '-output_image', 'none/out.png')
  refuses('an output folder that is a file', 'neural_paint', function(p)
    return {output_image = p.wikiart_fn .. '/out.png'}
  end, '-output_image', 'levels.txt/out.png')
  refuses('an output that is no picture', 'neural_gram', function(p)
    return {output_image = p.folder .. '/out.gif'}
  end, '-output_image', 'out.gif')
  refuses('a size of nothing', 'neural_gram', function() return {image_size = 0} end, '-image_size')
  refuses('an even patch', 'neural_gram', function() return {patchmatch_size = 4} end, '-patchmatch_size', 'odd')
  refuses('a GPU that is not there', 'neural_gram', function() return {gpu = 7} end, '-gpu 7', '-1')
  refuses('an unknown optimizer', 'neural_gram', function() return {optimizer = 'sgd'} end, '-optimizer', 'lbfgs')
  refuses('a style level that is not in the file', 'neural_paint', function() return {index = 7} end, '-index',
    'levels.txt')
  refuses('a missing file of style levels', 'neural_paint', file('none.txt', 'wikiart_fn'), '-wikiart_fn', 'none.txt')
  refuses('a missing model', 'neural_gram', function(p)
    return {model_file = p.folder .. '/none.caffemodel', proto_file = p.wikiart_fn}
  end, 'none.caffemodel')

  -- The model as bytes: change(layers) may spoil VGG-19's layers, cut(text) the file.
  local function model(name, change, cut)
    return function(p)
      local layers = writer.vgg19(helper.numbers(5))
      change(layers)
      local text = writer.net(1, layers)
      local path = write(p.folder .. '/' .. name, cut and text:sub(1, cut) or text)
      return {model_file = path, proto_file = write(p.folder .. '/net.prototxt', '')}
    end
  end

  refuses('a truncated model', 'neural_gram', model('cut.caffemodel', function() end, 2000), 'cut.caffemodel',
    'after layer relu3_2', 'download_models.sh')
  refuses('weights of a wrong shape', 'neural_gram', model('shape.caffemodel', function(layers)
    layers[6] = writer.convolution('conv2_1', 2, 5, 3, function() return 0.1 end)
  end), 'shape.caffemodel', 'conv2_1', '5 input planes', 'conv1_2 gives 2')
  refuses('a model whose shapes do not say how many weights there are', 'neural_paint',
    model('count.caffemodel', function(layers)
      layers[1].blobs[1] = layers[1].blobs[1]:gsub('\2\3\3\3', '\2\3\3\4', 1)
    end),
    'count.caffemodel', 'conv1_1', 'download_models.sh')
  refuses('weights with NaN', 'neural_gram', model('nan.caffemodel', function(layers)
    layers[6] = writer.convolution('conv2_1', 2, 2, 3, function(i) return i == 5 and 0 / 0 or 0.1 end)
  end), 'nan.caffemodel', 'conv2_1', 'NaN', 'download_models.sh')
  refuses('a model without the layers', 'neural_gram', model('short.caffemodel', function(layers)
    while #layers > 12 do table.remove(layers) end
  end), 'relu3_1')

  local whole_model = model('whole.caffemodel', function() end)

  local function with_model(options)
    return function(p)
      for name, value in pairs(whole_model(p)) do options[name] = value end
      return options
    end
  end

  refuses('a picture smaller than the poolings allow', 'neural_gram', with_model {image_size = 12}, '-content_image',
    'at least 16', '-image_size')
  refuses('a layer that the model does not have', 'neural_gram', with_model {style_layers = 'relu3_1,relu9_9'},
    '-style_layers', 'relu9_9', 'relu4_1')

  it('a picture that does not fit into memory', function()
    -- AddressSanitizer needs more address space than the limit leaves.
    if os.getenv('LD_PRELOAD') then return pending('not under a preloaded sanitizer') end
    local status, text = run('neural_gram', params, {image_size = 20000}, 'ulimit -v 2000000; ')
    assert.are.equal(1, status, text)
    assert.truthy(text:find('^neural_gram: [^\n]*out of memory[^\n]*%-image_size\n$'), text)
    assert.is_false(paths.filep(params.output_image))
  end)

  it('an unknown option, and suggest one', function()
    local status, text = run('neural_gram', params, {image_siez = 100})
    assert.are.equal(1, status)
    assert.truthy(text:find('-image_siez', 1, true), text)
  end)
end)
