-- loadcaffe on caffemodels written here byte by byte: layers, shapes, kinds of weights, weights on first use. What is
-- damaged stands in damaged_spec.lua.
require 'loadcaffe'
local helper = require 'helper'
local writer = require 'model.writer'
local quiet = require 'quiet'
local heap = require 'pen.heap'
local pen = require 'pen.ffi'

local folder
local function save(text, name)
  local path = folder .. '/' .. (name or 'net.caffemodel')
  local file = assert(io.open(path, 'wb'))
  file:write(text)
  file:close()
  return path
end

-- Loads these bytes; returns the network and what was printed.
local function load(text)
  local net
  local path = save(text)
  local printed = quiet.captured(function() net = loadcaffe.load(folder .. '/net.prototxt', path, 'nn') end)
  return net, printed
end

local function count(i) return i / 8 end

describe('loadcaffe.load', function()
  setup(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(paths.mkdir(folder))
    save('name: "net"\n', 'net.prototxt')
  end)
  teardown(function() os.execute('rm -rf ' .. folder) end)

  local function layers()
    return {
      {name = 'data', type = 'Data'},
      {
        name = 'conv1_1', type = 'Convolution',
        convolution = writer.whole(1, 2) .. writer.whole(3, 1) .. writer.whole(11, 3) .. writer.whole(12, 2) ..
          writer.whole(13, 2) .. writer.whole(14, 1),
        blobs = {
          writer.blob {sizes = {2, 3, 3, 2}, values = count},
          writer.blob {sizes = {1, 1, 1, 2}, values = {7, 8}, old = true},
        },
      },
      {name = 'relu1_1', type = 'ReLU'},
      {name = 'pool1', type = 'Pooling', pooling = writer.whole(1, 0) .. writer.whole(2, 3) .. writer.whole(3, 2)},
      {name = 'pool2', type = 'Pooling', pooling = writer.whole(1, 1) .. writer.whole(2, 2) .. writer.whole(4, 1)},
      {name = 'norm', type = 'LRN', lrn = writer.whole(1, 3) .. writer.real(2, 0.5) .. writer.real(3, 0.25)},
      {name = 'mixed', type = 'Concat'},
      {
        name = 'fc', type = 'InnerProduct', inner_product = writer.whole(1, 5),
        blobs = {
          writer.blob {sizes = {5, 8}, values = count}, writer.blob {sizes = {5}, values = {1, 2, 3, 4, 5}},
        },
      },
      {name = 'drop', type = 'Dropout', dropout = writer.real(1, 0.25)},
      {
        name = 'fc2', type = 'InnerProduct', inner_product = writer.whole(1, 1) .. writer.whole(2, 0),
        blobs = {writer.blob {sizes = {1, 1, 1, 5}, values = count, old = true}},
      },
      {name = 'squash', type = 'Sigmoid'}, {name = 'tanh', type = 'TanH'}, {name = 'prob', type = 'Softmax'},
    }
  end

  for version = 1, 2 do
    it('makes the layers of a file of generation ' .. version, function()
      local net, printed = load(writer.net(version, layers()))
      local found = {}
      for i = 1, net:size() do found[i] = net:get(i).name .. ' ' .. torch.type(net:get(i)) end
      assert.are.same({
        'conv1_1 nn.SpatialConvolution', 'relu1_1 nn.ReLU', 'pool1 nn.SpatialMaxPooling',
        'pool2 nn.SpatialAveragePooling', 'norm nn.SpatialCrossMapLRN', 'torch_view nn.View', 'fc nn.Linear',
        'drop nn.Dropout', 'fc2 nn.Linear', 'squash nn.Sigmoid', 'tanh nn.Tanh', 'prob nn.SoftMax',
      }, found)
      assert.are.equal('Successfully loaded ' .. folder .. '/net.caffemodel\nconv1_1: 2 3 2 3\n' ..
        "MODULE mixed UNDEFINED\nwarning: module 'mixed [type " .. (version == 1 and '3' or 'Concat') ..
        "]' not found\nfc: 1 1 8 5\nfc2: 1 1 5 1\n", printed)
    end)

    it('takes parameters from a file of generation ' .. version, function()
      local net = load(writer.net(version, layers()))
      local conv, pool, mean, norm = net:get(1), net:get(3), net:get(4), net:get(5)
      assert.are.same({2, 3, 1, 2, 1, 1}, {conv.kW, conv.kH, conv.dW, conv.dH, conv.padW, conv.padH})
      assert.are.same({3, 3, 2, 2, 0, 0}, {pool.kW, pool.kH, pool.dW, pool.dH, pool.padW, pool.padH})
      assert.is_true(pool.ceil_mode)
      assert.are.same({2, 2, 1, 1, 1, 1}, {mean.kW, mean.kH, mean.dW, mean.dH, mean.padW, mean.padH})
      assert.are.same({3, 0.5, 0.25, 1}, {norm.size, norm.alpha, norm.beta, norm.k})
      assert.is_true(net:get(2).inplace)
      assert.are.equal(0.25, net:get(8).p)
      assert.are.same({2, 3, 3, 2}, conv.weight:size():totable())
      assert.are.equal(36 / 8, conv.weight[2][3][3][2])
      assert.are.same({7, 8}, conv.bias:totable())
      assert.are.same({5, 8}, net:get(7).weight:size():totable())
      assert.are.equal(9 / 8, net:get(7).weight[2][1])
      assert.are.same({1, 5}, net:get(9).weight:size():totable())
      assert.is_nil(net:get(9).bias)
    end)
  end

  -- A network of one 1 x 1 convolution with weights 1/8, 2/8, 3/8.
  local function one(blob)
    blob.sizes, blob.values = blob.sizes or {1, 3, 1, 1}, blob.values or count
    local layer = {name = 'c', type = 'Convolution', convolution = writer.whole(2, 0), blobs = {writer.blob(blob)}}
    return writer.net(1, {layer})
  end

  for name, blob in pairs {
    packed = {}, unpacked = {unpacked = true}, old = {old = true}, doubles = {doubles = true},
    ['unpacked doubles'] = {doubles = true, unpacked = true}, ['old, unpacked'] = {old = true, unpacked = true},
  } do
    it('reads weights: ' .. name, function()
      local net = load(one(blob)):float()
      local y = net:forward(torch.FloatTensor(3, 1, 2):fill(2))
      assert.are.equal(1.5, y[1][1][1])
      assert.are.equal(1.5, y[1][1][2])
    end)
  end

  it('gives modules that are modules', function()
    local net = load(writer.net(1, layers()))
    assert.is_true(torch.isTypeOf(net:get(1), 'nn.Module'))
    assert.is_true(torch.isTypeOf(net:get(1), 'nn.SpatialConvolution'))
    assert.are.equal(1, #net:findModules('nn.SpatialConvolution'))
    assert.are.equal('nn.SpatialConvolution(3 -> 2, 2x3, 1,2, 1,1)', tostring(net:get(1)))
  end)

  it('counts parameters', function()
    local flat = load(writer.net(1, layers())):getParameters()
    assert.are.equal(36 + 2 + 40 + 5 + 5, flat:nElement())
  end)

  it('keeps weights that a script sets', function()
    local conv = load(writer.net(1, layers())):get(1)
    conv.weight = torch.Tensor(2, 3, 3, 2):fill(5)
    assert.are.same({7, 8}, conv.bias:totable())
    assert.are.equal(5, conv.weight[1][1][1][1])
  end)

  it('says cudnn, and gives CudaTensors', function()
    local path, net = save(one {}), nil
    quiet.quietly(function() net = loadcaffe.load(folder .. '/net.prototxt', path, 'cudnn') end)
    assert.are.equal('torch.CudaTensor', torch.type(net:get(1).weight))
  end)

  describe('reads weights on first use:', function()
    local WEIGHTS = 64 * 64 * 9 * 4

    local function big()
      return load(writer.net(1, {writer.convolution('a', 64, 64, 3, count), {name = 'relu', type = 'ReLU'},
        writer.convolution('b', 64, 64, 3, count)}))
    end
    local function live()
      require('jit').flush() -- compiled traces keep objects that they met
      heap.collect()
      return (heap.bytes(pen.cpu))
    end
    local function is_mapped()
      local file = io.open('/proc/self/maps')
      local text = file:read('*a')
      file:close()
      return text:find(folder .. '/net.caffemodel', 1, true) ~= nil
    end

    it('not when loaded, converted or copied', function()
      live()
      local before = live()
      local net = big():float():cuda():float()
      local copy = net:clone()
      assert.is_true(live() - before < 4096)
      assert.is_nil(rawget(net:get(1), 'weight'))
      assert.are.equal('torch.FloatTensor', net:type())
      assert.are.equal('torch.FloatTensor', copy:get(1):type())
    end)

    it('one layer at a time', function()
      local before = live()
      local net = big():float()
      local _ = net:get(1).weight
      local grown = live() - before
      assert.is_true(grown >= WEIGHTS and grown < 1.5 * WEIGHTS, tostring(grown))
      assert.is_nil(rawget(net:get(3), 'weight'))
    end)

    it('once, and each copy for itself', function()
      local net = load(one {}):float()
      local copy = net:clone()
      local weight = net:get(1).weight
      assert.are.equal(weight, net:get(1).weight)
      weight:fill(0)
      assert.are.equal(0.25, copy:get(1).weight[1][2][1][1])
      assert.are.equal(0, net:clone():get(1).weight[1][2][1][1])
    end)

    it('in the type of that moment', function()
      local net = load(one {})
      assert.are.equal('torch.DoubleTensor', torch.type(net:get(1).weight))
      assert.are.equal('torch.FloatTensor', torch.type(load(one {}):float():get(1).weight))
      assert.are.equal('torch.CudaTensor', torch.type(load(one {}):float():cuda():get(1).weight))
    end)

    it('and forgets them with the module', function()
      local function use()
        local net = big():float()
        net:forward(torch.FloatTensor(64, 4, 4):fill(1))
        assert.is_true(is_mapped())
      end
      use() -- the convolution's working memory stays, once it is there
      local before = live()
      assert.is_false(is_mapped())
      use()
      assert.are.equal(before, live())
    end)
  end)

  it('reads the recorded network: relu2_1 as Torch computed it', function()
    if not helper.have_shared() then return pending('no golden data in ' .. helper.shared) end
    local net
    quiet.quietly(function() net = require('golden.examples').load_network():float() end)
    local dump = helper.shared .. '/golden/idx13/dump1/'
    local x, expected = helper.npy_tensor(dump .. 'img_init.npy'), helper.npy_tensor(dump .. 'feat_content_relu2_1.npy')
    for i = 1, 7 do x = net:get(i):forward(x) end
    assert.are.equal('relu2_1', net:get(7).name)
    local scale = expected:max()
    assert.is_true((x - expected):abs():max() <= 1e-4 * scale)
  end)
end)
