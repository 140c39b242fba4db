-- The layers of VGG networks: values, gradients by finite differences, Torch's rules on sizes and aliasing.
require 'nn'
local helper = require 'helper'
local gradcheck = require 'nn.gradcheck'

local draw

local function numbers(...)
  return gradcheck.random_like(torch.Tensor(...), draw)
end

-- Largest absolute difference.
local function distance(a, b)
  return (a:double() - b:double()):abs():max()
end

local function fill(module)
  for _, parameter in ipairs(module:parameters() or {}) do parameter:copy(gradcheck.random_like(parameter, draw)) end
  return module
end

describe('pooling layers:', function()
  before_each(function() draw = helper.numbers(7) end)

  it('SpatialMaxPooling rounds down, after ceil() up, and keeps 1-based indices', function()
    local pool = nn.SpatialMaxPooling(2, 2)
    local x = torch.range(1, 15):view(1, 3, 5)
    assert.same({{{7, 9}}}, pool:forward(x):totable())
    assert.same({{{7, 9}}}, pool.indices:totable())
    assert.equal(pool, pool:ceil())
    assert.same({{{7, 9, 10}, {12, 14, 15}}}, pool:forward(x):totable())
    assert.equal('torch.LongTensor', torch.type(pool.indices))
    assert.same({{{0, 0, 0, 0, 0}, {0, 1, 0, 1, 1}, {0, 1, 0, 1, 1}}},
                pool:backward(x, torch.ones(1, 2, 3)):totable())
    assert.same({{{7, 9}}}, pool:floor():forward(x):totable())
    assert.equal('nn.SpatialMaxPooling(2x2, 2,2)', tostring(pool))
  end)

  it('SpatialMaxPooling survives conversion, batches and views', function()
    local pool = nn.SpatialMaxPooling(3, 2, 2, 1, 1, 1):ceil()
    local x = numbers(2, 3, 6, 7)
    assert.is_true(gradcheck.module(pool, x, draw) < 1e-6)
    local expected = pool:forward(x):clone()
    pool:float()
    assert.is_true(distance(expected, pool:forward(x:float())) < 1e-6)
    local turned = x:transpose(3, 4):clone():transpose(3, 4)
    assert.is_false(turned:isContiguous())
    assert.is_true(distance(expected, pool:double():forward(turned)) == 0)
    assert.equal(0, pool:clearState().indices:nElement())
  end)

  it('SpatialAveragePooling divides by the kernel, or by what lies inside', function()
    local x = torch.ones(1, 3, 3)
    local pool = nn.SpatialAveragePooling(3, 3, 1, 1, 1, 1)
    local y = pool:forward(x)
    assert.near(4 / 9, y[1][1][1], 1e-15)
    assert.near(6 / 9, y[1][1][2], 1e-15)
    assert.near(1, y[1][2][2], 1e-15)
    assert.equal(9, pool:setCountExcludePad():forward(x):sum())
    pool:setCountIncludePad().divide = false
    assert.equal(4, pool:forward(x)[1][1][1])
    assert.equal(1, nn.SpatialAveragePooling(2, 2):forward(numbers(1, 2, 2)):nElement())
    for _, p in ipairs {nn.SpatialAveragePooling(3, 2, 2, 1, 1, 1):ceil(),
                        nn.SpatialAveragePooling(2, 3, 1, 2, 1, 1):setCountExcludePad()} do
      assert.is_true(gradcheck.module(p, numbers(2, 3, 6, 7), draw) < 1e-6)
    end
  end)

  it('say what is wrong with the input', function()
    local pool = nn.SpatialMaxPooling(2, 2)
    assert.error_matches(function() pool:forward(torch.FloatTensor(1, 4, 4)) end,
                         'SpatialMaxPooling: the input is a torch.FloatTensor, the module a torch.DoubleTensor')
    assert.has_error(function() pool:forward(torch.Tensor(4, 4)) end,
                     'nn.SpatialMaxPooling: expected C x H x W or B x C x H x W, got 2 dimensions')
    assert.has_error(function() pool:forward(torch.Tensor(1, 1, 4)) end,
                     'nn.SpatialMaxPooling: an input side of 1 is smaller than the kernel (2, padding 0)')
  end)
end)

describe('pointwise layers:', function()
  before_each(function() draw = helper.numbers(8) end)

  it('ReLU in place overwrites input and gradOutput and hands them on', function()
    local relu = nn.ReLU(true)
    local x, g = torch.Tensor {-1, 0, 2}, torch.Tensor {5, 6, 7}
    local y = relu:forward(x)
    assert.same({0, 0, 2}, x:totable())
    assert.is_true(y:isSetTo(x))
    local gradInput = relu:backward(x, g)
    assert.same({0, 0, 7}, g:totable())
    assert.is_true(gradInput:isSetTo(g))
    assert.equal(relu.gradInput, gradInput)
  end)

  it('ReLU in place reaches through views that are not contiguous', function()
    local whole = torch.Tensor {{-1, 2}, {3, -4}}
    assert.same({{0, 3}, {2, 0}}, nn.ReLU(true):forward(whole:t()):totable())
    assert.same({{0, 2}, {3, 0}}, whole:totable())
  end)

  it('ReLU out of place leaves input and gradOutput alone', function()
    local relu = nn.ReLU()
    local x, g = torch.Tensor {-1, 0, 2}, torch.Tensor {5, 6, 7}
    assert.same({0, 0, 2}, relu:forward(x):totable())
    assert.same({0, 0, 7}, relu:backward(x, g):totable())
    assert.same({{-1, 0, 2}, {5, 6, 7}}, {x:totable(), g:totable()})
  end)

  it('Threshold keeps what lies above it', function()
    local layer = nn.Threshold(1, -5)
    assert.same({-5, -5, 1.5}, layer:forward(torch.Tensor {0, 1, 1.5}):totable())
    assert.same({0, 0, 3}, layer:backward(torch.Tensor {0, 1, 1.5}, torch.Tensor {1, 2, 3}):totable())
    assert.has_error(function() nn.Threshold(0, 1, true) end)
  end)

  it('Sigmoid, Tanh and SoftMax have the gradients of what they compute', function()
    for _, name in ipairs {'Sigmoid', 'Tanh', 'SoftMax', 'ReLU'} do
      assert.is_true(gradcheck.module(nn[name](), numbers(3, 4), draw) < 1e-6, name)
    end
    assert.near(1 / (1 + math.exp(-0.3)), nn.Sigmoid():forward(torch.Tensor {0.3})[1], 1e-15)
    assert.near(math.tanh(0.3), nn.Tanh():forward(torch.Tensor {0.3})[1], 1e-15)
  end)

  it('SoftMax sums to one along maps, rows or the whole, and does not overflow', function()
    local x = torch.Tensor {1000, 1001}
    local y = nn.SoftMax():forward(x)
    assert.near(math.exp(1), y[2] / y[1], 1e-12)
    for dim, sizes in ipairs {{5}, {3, 5}, {5, 2, 3}, {2, 5, 2, 3}} do
      local along = (dim == 1 or dim == 3) and 1 or 2
      local sums = nn.SoftMax():forward(numbers(unpack(sizes))):sum(along)
      assert.is_true((sums - 1):abs():max() < 1e-12)
      assert.is_true(gradcheck.module(nn.SoftMax(), numbers(unpack(sizes)), draw) < 1e-6)
    end
  end)

  it('Dropout zeroes and rescales in training only', function()
    torch.manualSeed(1)
    local drop = nn.Dropout(0.25)
    local x = torch.ones(1000)
    local y = drop:forward(x)
    for _, value in ipairs(y:totable()) do assert.is_true(value == 0 or math.abs(value - 4 / 3) < 1e-12) end
    assert.near(1, y:mean(), 0.1)
    assert.equal(0, distance(y, drop:backward(x, x)))
    drop:evaluate()
    assert.equal(0, distance(x, drop:forward(x)))
    drop = nn.Dropout(0.25, true)
    drop:evaluate()
    assert.equal(0.75, drop:forward(x)[1])
    assert.has_error(function() nn.Dropout(1) end)
    drop = nn.Dropout(0.25, false, false, true)
    drop:evaluate()
    assert.equal(0, drop:forward(torch.ones(1000)):min())
  end)
end)

describe('layers with matrices:', function()
  before_each(function() draw = helper.numbers(9) end)

  it('Linear maps vectors and rows', function()
    local linear = nn.Linear(3, 2)
    linear.weight:copy(torch.Tensor {{1, 2, 3}, {4, 5, 6}})
    linear.bias:copy(torch.Tensor {10, 20})
    assert.same({16, 35}, linear:forward(torch.ones(3)):totable())
    assert.same({{16, 35}, {22, 50}}, linear:forward(torch.Tensor {{1, 1, 1}, {2, 2, 2}}):totable())
    assert.same({5, 7, 9}, linear:updateGradInput(torch.ones(3), torch.ones(2)):totable())
    assert.is_nil(linear.gradWeight)
    linear:accGradParameters(torch.Tensor {1, 2, 3}, torch.Tensor {1, -1}, 2)
    assert.same({{2, 4, 6}, {-2, -4, -6}}, linear.gradWeight:totable())
    assert.same({2, -2}, linear.gradBias:totable())
    assert.is_true(gradcheck.module(linear, numbers(4, 3), draw) < 1e-6)
    assert.is_true(gradcheck.module(nn.Linear(3, 2, false), numbers(3), draw) < 1e-6)
    assert.equal('nn.Linear(3 -> 2)', tostring(linear))
  end)

  it('MM multiplies pairs, transposed or not, slice by slice', function()
    local a = torch.Tensor {{1, 2}, {3, 4}, {5, 6}}
    assert.same({{5, 11, 17}, {11, 25, 39}, {17, 39, 61}}, nn.MM(false, true):forward({a, a}):totable())
    for _, batch in ipairs {{}, {2}} do
      local function sized(m, n) return numbers(unpack(batch[1] and {2, m, n} or {m, n})) end
      assert.is_true(gradcheck.module(nn.MM(), {sized(3, 4), sized(4, 2)}, draw) < 1e-6)
      assert.is_true(gradcheck.module(nn.MM(true, false), {sized(4, 3), sized(4, 2)}, draw) < 1e-6)
      assert.is_true(gradcheck.module(nn.MM(false, true), {sized(3, 4), sized(2, 4)}, draw) < 1e-6)
      assert.is_true(gradcheck.module(nn.MM(true, true), {sized(4, 3), sized(2, 4)}, draw) < 1e-6)
    end
    assert.has_error(function() nn.MM():forward {a, a} end, 'nn.MM: cannot multiply 3 x 2 by 3 x 2')
  end)

  it('a Gram matrix is View, ConcatTable and MM', function()
    local gram = nn.Sequential():add(nn.View(-1):setNumInputDims(2))
      :add(nn.ConcatTable():add(nn.Identity()):add(nn.Identity())):add(nn.MM(false, true))
    local x = numbers(4, 3, 5)
    local rows = x:view(4, 15)
    assert.is_true(distance(gram:forward(x), rows * rows:t()) < 1e-12)
    assert.is_true(gradcheck.module(gram, x, draw) < 1e-6)
  end)

  it('View folds what its sizes leave over into a batch', function()
    local function sizes(view, ...) return view:forward(torch.Tensor(...)):size():totable() end
    assert.same({24}, sizes(nn.View(-1), 2, 3, 4))
    assert.same({24}, sizes(nn.View(-1):setNumInputDims(3), 2, 3, 4))
    assert.same({2, 12}, sizes(nn.View(-1):setNumInputDims(2), 2, 3, 4))
    assert.same({2, 3, 4}, sizes(nn.View(3, 4), 2, 12))
    assert.same({4, 6}, sizes(nn.View(torch.LongStorage {4, 6}), 2, 12))
    assert.same({4, 6}, sizes(nn.View():resetSize(4, 6), 2, 12))
    assert.same({2, 12}, sizes(nn.View(3):setNumInputDims(2):resetSize(-1), 2, 3, 4)) -- what is not a size stays
    assert.has_error(function() nn.View(5):forward(torch.Tensor(12)) end,
                     'nn.View: 12 elements do not fill a view of 5')
    local view, x = nn.View(6), numbers(2, 3)
    view:forward(x)
    assert.same({2, 3}, view:backward(x, numbers(6)):size():totable())
  end)

  it('SpatialCrossMapLRN normalises across maps', function()
    local lrn = nn.SpatialCrossMapLRN(3, 0.6, 0.5, 2)
    local y = lrn:forward(torch.Tensor {1, 2, 3}:view(3, 1, 1))
    assert.near(1 / math.sqrt(2 + 0.2 * 5), y[1][1][1], 1e-12)
    assert.near(2 / math.sqrt(2 + 0.2 * 14), y[2][1][1], 1e-12)
    assert.is_true(gradcheck.module(lrn, numbers(5, 2, 3), draw) < 1e-6)
    assert.is_true(gradcheck.module(nn.SpatialCrossMapLRN(7), numbers(2, 4, 2, 3), draw) < 1e-6)
  end)
end)

describe('SpatialConvolution', function()
  before_each(function() draw = helper.numbers(10) end)

  it('convolves, and its gradients agree with finite differences', function()
    for _, conv in ipairs {nn.SpatialConvolution(2, 3, 3, 3, 1, 1, 1, 1), nn.SpatialConvolution(2, 3, 3, 2, 2, 1),
                           nn.SpatialConvolutionMM(2, 3, 1, 3, 1, 2, 0, 1)} do
      fill(conv)
      for _, sizes in ipairs {{2, 6, 7}, {2, 2, 6, 7}} do
        assert.is_true(gradcheck.module(conv, numbers(unpack(sizes)), draw) < 1e-6, tostring(conv))
      end
      conv:float()
      for _, sizes in ipairs {{2, 6, 7}, {2, 2, 6, 7}} do
        assert.is_true(gradcheck.module(conv, numbers(unpack(sizes)):float(), draw, 1e-1) < 1e-3, tostring(conv))
      end
      local x = numbers(2, 5, 5):float()
      local y = conv:forward(x)
      conv:zeroGradParameters()
      conv:backward(x, y, 0.5)
      local sum = 0 -- the output is linear in the parameters, so <gradient, parameters> = scale <y, y>
      for i, parameter in ipairs((conv:parameters())) do
        sum = sum + torch.cmul(parameter:view(-1), select(2, conv:parameters())[i]:view(-1)):sum()
      end
      assert.near(1, sum / (0.5 * torch.cmul(y, y):sum()), 1e-5)
    end
  end)

  it('has no parameter gradients until they are asked for', function()
    local conv = nn.SpatialConvolution(1, 1, 3, 3):float()
    local x = numbers(1, 4, 4):float()
    conv:updateGradInput(x, conv:forward(x))
    assert.is_nil(conv.gradWeight)
    assert.is_nil(conv.gradBias)
    local _, gradients = conv:parameters()
    assert.equal(0, gradients[1]:sum())
    assert.equal(conv.gradBias, gradients[2])
  end)

  it('has Torch\'s fields, and defaults for stride and padding', function()
    local conv = nn.SpatialConvolution(3, 8, 5, 4, 2, 1, 2)
    local fields = {conv.nInputPlane, conv.nOutputPlane, conv.kW, conv.kH, conv.dW, conv.dH, conv.padW, conv.padH}
    assert.same({3, 8, 5, 4, 2, 1, 2, 2}, fields)
    assert.same({8, 3, 4, 5}, conv.weight:size():totable())
    assert.is_true(conv.weight:abs():max() <= 1 / math.sqrt(60))
    assert.equal('nn.SpatialConvolution(3 -> 8, 5x4, 2,1, 2,2)', tostring(conv))
    assert.same({8, 60}, nn.SpatialConvolutionMM(3, 8, 5, 4).weight:size():totable())
  end)

  it('works without bias', function()
    local conv = nn.SpatialConvolution(1, 1, 1, 1):noBias():float()
    conv.weight:fill(2)
    assert.same({{{6}}}, conv:forward(torch.FloatTensor {{{3}}}):totable())
    conv:backward(torch.FloatTensor {{{3}}}, torch.FloatTensor {{{1}}})
    assert.equal(3, conv.gradWeight:sum())
    assert.is_nil(conv.gradBias)
  end)

  it('reads weights through an __index that makes them on demand', function()
    local conv = nn.SpatialConvolution(1, 1, 1, 1):float()
    local weight, class = torch.FloatTensor(1, 1, 1, 1):fill(3), getmetatable(conv)
    conv.weight = nil
    setmetatable(conv, {__index = function(_, key) return key == 'weight' and weight or class[key] end})
    conv.bias:zero()
    assert.equal(6, conv:forward(torch.FloatTensor {{{2}}}):sum())
    assert.equal(3, conv:updateGradInput(torch.FloatTensor {{{2}}}, torch.FloatTensor {{{1}}}):sum())
  end)

  it('does not allocate when repeated', function()
    local net = nn.Sequential():add(nn.SpatialConvolution(16, 16, 3, 3, 1, 1, 1, 1)):add(nn.ReLU(true))
      :add(nn.SpatialMaxPooling(2, 2, 2, 2):ceil()):float()
    local x = numbers(16, 9, 11):float()
    local function allocations()
      net:updateGradInput(x, net:forward(x))
      return helper.allocations()
    end
    local before = allocations()
    assert.equal(before, allocations())
    assert.equal(before, allocations())
  end)

  it('says what is wrong with the input', function()
    local conv = nn.SpatialConvolution(3, 4, 3, 3)
    assert.has_error(function() conv:forward(torch.ByteTensor(3, 8, 8)) end,
                     'nn.SpatialConvolution computes in float and double: convert module and input with :float()')
    conv:float()
    helper.fails('torch.DoubleTensor', function() conv:forward(torch.Tensor(3, 8, 8)) end)
    assert.has_error(function() conv:forward(torch.FloatTensor(2, 8, 8)) end,
                     'nn.SpatialConvolution: expected 3 input planes, got 2')
    assert.has_error(function() conv:forward(torch.FloatTensor(3, 8, 2)) end,
                     'nn.SpatialConvolution: an input side of 2 is smaller than the kernel (3, padding 0)')
    assert.has_error(function() conv:forward('picture') end,
                     'nn.SpatialConvolution: expected a tensor, got string')
  end)
end)
