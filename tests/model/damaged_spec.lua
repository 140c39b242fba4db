-- Caffemodels that are wrong: every one ends in an error that names the file, and the layer where there is one. Nothing
-- crashes, whatever byte is cut or changed.
require 'loadcaffe'
local writer = require 'model.writer'
local quiet = require 'quiet'
local caffemodel = require 'pen.caffemodel'

local folder

local function save(text, name)
  local path = folder .. '/' .. (name or 'net.caffemodel')
  os.remove(path) -- file systems flush what is truncated, not what is new
  local file = assert(io.open(path, 'wb'))
  file:write(text)
  file:close()
  return path
end

local function load(path, prototxt)
  return quiet.quietly(function() return loadcaffe.load(prototxt or folder .. '/net.prototxt', path, 'nn') end)
end

-- Every layer is made, every weight read.
local function load_all(path)
  local net = load(path):float()
  net:parameters()
  return net
end

local function one(i) return i end
local function convolution(...) return writer.convolution(...) end
local function net(...) return writer.net(1, {...}) end

-- Has a bit of everything: three convolutions (packed, not packed, 16 bits), pooling, a linear layer, dropout.
local function small(version)
  local second = {
    name = 'b', type = 'Convolution', convolution = writer.whole(2, 0),
    blobs = {writer.blob {sizes = {2, 2, 1, 1}, values = one, old = true, unpacked = true}},
  }
  local halves = {
    name = 'h', type = 'Convolution', convolution = writer.whole(2, 0),
    blobs = {writer.blob {sizes = {2, 2, 1, 1}, values = one, half = true}},
  }
  local linear = {
    name = 'c', type = 'InnerProduct', inner_product = writer.whole(1, 1),
    blobs = {writer.blob {sizes = {1, 4}, values = one, doubles = true}, writer.blob {sizes = {1}, values = one}},
  }
  return writer.net(version, {
    convolution('a', 2, 1, 1, one), second, halves, {name = 'p', type = 'Pooling', pooling = writer.whole(2, 2)},
    linear,
    {name = 'd', type = 'Dropout', dropout = writer.real(1, 0.5)},
  })
end

describe('loadcaffe.load refuses', function()
  setup(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(paths.mkdir(folder))
    save('name: "net"\n', 'net.prototxt')
  end)
  teardown(function() os.execute('rm -rf ' .. folder) end)

  local function refuses(name, make, ...)
    local patterns = {...}
    it(name, function()
      local ok, problem = pcall(load_all, make())
      assert.is_false(ok)
      local lines = select(2, tostring(problem):gsub('\n', '\n'))
      assert.are.equal(0, lines, problem)
      for _, pattern in ipairs(patterns) do assert.truthy(problem:find(pattern, 1, true), problem) end
    end)
  end
  -- The same for layers that are written to the file.
  local function refuses_layers(name, layers, ...)
    refuses(name, function() return save(net(unpack(layers))) end, folder, ...)
  end

  refuses('a missing file', function() return folder .. '/none.caffemodel' end, 'caffemodel', 'none.caffemodel')
  refuses('an empty file', function() return save('') end, 'net.caffemodel', 'empty', 'download_models.sh')
  refuses('a folder', function() return folder end, 'caffemodel')
  refuses('a text', function() return save('name: "VGG_ILSVRC_19_layers"\ninput: "data"\n') end, 'net.caffemodel')
  refuses('a web page', function() return save('<!DOCTYPE html><html>Not found</html>') end, 'net.caffemodel')
  refuses('zeros', function() return save(('\0'):rep(1000)) end, 'net.caffemodel')
  refuses('a file without layers', function() return save(writer.bytes(1, 'net')) end, 'no layers')

  it('a missing prototxt', function()
    local path = save(small(1))
    local ok, problem = pcall(load, path, folder .. '/none.prototxt')
    assert.is_false(ok)
    assert.truthy(problem:find('none.prototxt', 1, true), problem)
    ok, problem = pcall(load, path, folder)
    assert.is_false(ok)
    assert.truthy(problem:find(folder .. ': Is a directory', 1, true), problem)
  end)

  local fewer = writer.blob {sizes = {2, 1, 1, 1}, values = one}:gsub('\2$', '')
  refuses_layers('fewer weights than the shape says', {{name = 'a', type = 'Convolution', blobs = {fewer}}}, 'a')
  refuses_layers('another number of weights', {{
    name = 'a', type = 'Convolution',
    blobs = {writer.blob {sizes = {3}, values = one} .. writer.whole(2, 1)},
  }}, 'layer')
  refuses_layers('a description without weights', {{name = 'a', type = 'Convolution'}}, 'layer a', 'no weights')
  refuses_layers('a missing bias', {{
    name = 'a', type = 'Convolution', blobs = {writer.blob {sizes = {1, 1, 1, 1}, values = one}},
  }}, 'layer a', 'no bias')
  refuses_layers('a bias of another size', {{
    name = 'a', type = 'Convolution',
    blobs = {writer.blob {sizes = {2, 1, 1, 1}, values = one}, writer.blob {sizes = {3}, values = one}},
  }}, 'layer a', '2 outputs', 'bias of 3')
  refuses_layers('weights for other outputs than it says', {{
    name = 'a', type = 'InnerProduct', inner_product = writer.whole(1, 3),
    blobs = {writer.blob {sizes = {2, 1}, values = one}, writer.blob {sizes = {2}, values = one}},
  }}, 'layer a', 'says 3 outputs')
  refuses_layers('kernels of another size than it says', {{
    name = 'a', type = 'Convolution', convolution = writer.whole(2, 0) .. writer.whole(4, 3),
    blobs = {writer.blob {sizes = {1, 1, 1, 1}, values = one}},
  }}, 'layer a', 'says 3 x 3 kernels')
  refuses_layers('weights of five dimensions', {{
    name = 'a', type = 'Convolution', convolution = writer.whole(2, 0),
    blobs = {writer.blob {sizes = {1, 1, 1, 1, 1}, values = one}},
  }}, 'layer a', '1 x 1 x 1 x 1 x 1')
  refuses_layers('a matrix of more than two dimensions', {{
    name = 'a', type = 'InnerProduct', inner_product = writer.whole(2, 0),
    blobs = {writer.blob {sizes = {2, 1, 1}, values = one}},
  }}, 'layer a', '2 x 1 x 1')
  refuses_layers('no weights at all', {{
    name = 'a', type = 'Convolution', convolution = writer.whole(2, 0),
    blobs = {writer.blob {sizes = {1, 0, 1, 1}, values = one}},
  }}, 'layer a', '1 x 0 x 1 x 1')
  refuses_layers('layers that do not fit', {convolution('a', 2, 1, 1, one), convolution('b', 2, 3, 1, one)},
    'layer b', '3 input planes', 'a gives 2')
  refuses_layers('a matrix that does not fit', {convolution('a', 2, 1, 1, one), {
    name = 'f', type = 'InnerProduct', inner_product = writer.whole(2, 0),
    blobs = {writer.blob {sizes = {1, 3}, values = one}},
  }}, 'layer f', '3 inputs', 'a gives 2 planes')
  refuses_layers('groups', {{
    name = 'a', type = 'Convolution', convolution = writer.whole(5, 2),
    blobs = {writer.blob {sizes = {1, 1, 1, 1}, values = one}},
  }}, 'layer a', '2 groups')
  refuses_layers('dilation', {{
    name = 'a', type = 'Convolution', convolution = writer.whole(18, 2),
    blobs = {writer.blob {sizes = {1, 1, 1, 1}, values = one}},
  }}, 'layer a', 'dilated')
  refuses_layers('a stride of nothing', {{
    name = 'p', type = 'Pooling', pooling = writer.whole(2, 2) .. writer.whole(3, 0),
  }}, 'layer p', '2 x 2 by 0 x 0')
  refuses_layers('a window of nothing', {{name = 'p', type = 'Pooling'}}, 'layer p', '0 x 0')
  refuses_layers('stochastic pooling', {{
    name = 'p', type = 'Pooling', pooling = writer.whole(1, 2) .. writer.whole(2, 2),
  }}, 'layer p', 'not supported')
  refuses_layers('a kernel of 2^24 + 1', {{name = 'p', type = 'Pooling', pooling = writer.whole(2, 2 ^ 24 + 1)}},
    'p', 'damaged parameters')
  refuses_layers('dropping out everything', {{name = 'd', type = 'Dropout', dropout = writer.real(1, 1)}}, 'layer d')
  refuses_layers('dropout of NaN', {{name = 'd', type = 'Dropout', dropout = writer.real(1, 0 / 0)}}, 'layer d')
  refuses_layers('an even reach of normalisation', {{name = 'n', type = 'LRN', lrn = writer.whole(1, 4)}}, 'layer n')

  for name, bad in pairs {NaN = 0 / 0, infinity = math.huge, ['-infinity'] = -math.huge} do
    it('weights with ' .. name .. ', each time they are asked for', function()
      local path = save(net(convolution('good', 2, 1, 1, one),
        convolution('bad', 1, 2, 3, function(i) return i == 7 and bad or i end)))
      local model = load(path):float()
      assert.are.equal(2, model:get(1).weight[2][1][1][1])
      for _ = 1, 2 do
        local ok, problem = pcall(model.forward, model, torch.FloatTensor(1, 5, 5):fill(1))
        assert.is_false(ok)
        assert.truthy(problem:find('layer bad of ' .. path .. ' contains NaN or infinity', 1, true), problem)
      end
    end)
  end

  it('a file that changed since', function()
    local path = save(net(convolution('a', 2, 1, 3, one)))
    local model = load(path):float()
    local file = assert(io.open(path, 'wb'))
    file:write('gone')
    file:close()
    local ok, problem = pcall(function() return model:get(1).weight end)
    assert.is_false(ok)
    assert.truthy(problem:find(path .. ' has changed', 1, true), problem)
  end)

  it('a model cut at any byte', function()
    for version = 1, 2 do
      local text = writer.net(version, {convolution('a', 2, 1, 1, one)})
      assert.are.equal(1, load_all(save(text)):size())
      for length = 0, #text - 1 do
        local ok, problem = pcall(load_all, save(text:sub(1, length)))
        assert.is_false(ok, 'cut at ' .. length)
        assert.truthy(problem:find('net.caffemodel', 1, true), problem)
      end
    end
  end)

  it('or survives any change of one byte', function()
    for version = 1, 2 do
      local text = small(version)
      assert.are.equal(7, load_all(save(text)):size())
      local refused = 0
      for at = 1, #text do
        for _, flip in ipairs {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff} do
          local changed = string.char(bit.bxor(text:byte(at), flip))
          local ok, problem = pcall(load_all, save(text:sub(1, at - 1) .. changed .. text:sub(at + 1)))
          if not ok then
            assert.truthy(problem:find('net.caffemodel', 1, true), problem)
            refused = refused + 1
          end
        end
      end
      assert.is_true(refused > #text) -- what is left changes names, numbers, or fields that are not read
    end
  end)
end)

describe('pen.caffemodel', function()
  it('refuses layers, blobs and tensors that are not there', function()
    local path = os.tmpname()
    local file = io.open(path, 'wb')
    file:write(writer.net(2, {convolution('a', 2, 1, 1, one)}))
    file:close()
    local model = caffemodel.open(path)
    assert.are.equal(1, model:size())
    for _, call in ipairs {
      function() model:layer(0) end, function() model:layer(2) end,
      function() model:read(0, 1, torch.FloatTensor(2)) end, function() model:read(1, 0, torch.FloatTensor(2)) end,
      function() model:read(1, 3, torch.FloatTensor(2)) end, function() model:read(1, 1, torch.FloatTensor(3)) end,
      function() model:read(1, 1, torch.DoubleTensor(2)) end, function() model:read(1, 1, torch.FloatTensor()) end,
    } do
      assert.is_false((pcall(call)))
    end
    local weights = torch.FloatTensor(2)
    model:read(1, 1, weights)
    assert.are.same({1, 2}, weights:totable())
    file = io.open(path, 'wb')
    file:write('gone')
    file:close()
    assert.is_false((pcall(model.layer, model, 1)))
    os.remove(path)
  end)
end)
