-- nn.MSECriterion and nn.AbsCriterion: values, gradients, golden data, and the kernels under the first.
require 'nn'
local ffi = require 'ffi'
local helper = require 'helper'
local gradcheck = require 'nn.gradcheck'

local draw

local function tensor(class, ...)
  local t = class(...)
  for i = 1, t:nElement() do t:storage()[i] = draw(-1, 1) end
  return t
end

-- Sum of squared differences and factor times each of them, element by element.
local function oracle(a, b, factor)
  local x, y, sum, gradient = a:clone():view(-1), b:clone():view(-1), 0, {}
  for i = 1, x:nElement() do
    sum = sum + (x[i] - y[i]) ^ 2
    gradient[i] = factor * (x[i] - y[i])
  end
  return sum, gradient
end

local function check(a, b, sizeAverage, tolerance)
  local criterion = nn.MSECriterion(sizeAverage):type(a:type())
  local n = sizeAverage == false and 1 or a:nElement()
  local sum, gradient = oracle(a, b, 2 / n)
  assert.near(sum / n, criterion:forward(a, b), tolerance * sum / n)
  assert.equal(criterion.output, criterion:forward(a, b))
  local got = criterion:backward(a, b)
  assert.is_true(got:isSameSizeAs(a))
  local flat = got:clone():view(-1)
  for i = 1, #gradient do assert.near(gradient[i], flat[i], tolerance) end
end

describe('nn.MSECriterion', function()
  before_each(function() draw = helper.numbers(11) end)

  for _, case in ipairs {{'DoubleTensor', 1e-14}, {'FloatTensor', 1e-6}} do
    it('has the value and gradient of the formula: ' .. case[1], function()
      local class = torch[case[1]]
      check(tensor(class, 3, 5, 7), tensor(class, 3, 5, 7), nil, case[2])
      check(tensor(class, 3, 5, 7), tensor(class, 3, 5, 7), false, case[2])
      check(tensor(class, 4, 6), tensor(class, 24), true, case[2]) -- only the numbers of elements must agree
      check(tensor(class, 5, 4):t(), tensor(class, 4, 1):expand(4, 5), true, case[2])
      check(tensor(class, 70, 90):narrow(2, 3, 80), tensor(class, 70, 80), true, case[2])
    end)
  end

  it('passes the gradient check', function()
    for _, sizeAverage in ipairs {true, false} do
      local criterion = nn.MSECriterion(sizeAverage)
      local x = tensor(torch.DoubleTensor, 4, 3)
      assert.is_true(gradcheck.criterion(criterion, x, tensor(torch.DoubleTensor, 4, 3), draw) < 1e-8)
    end
  end)

  it('gives what Torch gives', function()
    if not helper.have_shared() then pending('no golden data') return end
    local function load(name)
      local file = helper.npy(helper.shared .. '/golden/prim/' .. name .. '.npy')
      local class = file.type == 'double' and torch.DoubleTensor or torch.FloatTensor
      local t = class(unpack(#file.shape > 0 and file.shape or {1}))
      ffi.copy(t:storage():data(), file.data, ffi.sizeof(file.type) * file.n)
      return t
    end
    local a, b, gradient = load('mse_a'), load('mse_b'), load('mse_grad')
    local criterion = nn.MSECriterion():float()
    local loss = load('mse_loss'):view(-1)[1]
    assert.near(loss, criterion:forward(a, b), 1e-6 * loss)
    local difference = (criterion:backward(a, b) - gradient):abs():max()
    assert.is_true(difference <= 1e-7 * gradient:clone():abs():max())
  end)

  it('refuses what does not fit', function()
    local criterion = nn.MSECriterion()
    assert.has_error(function() criterion:forward(torch.Tensor(3), torch.Tensor(4)) end)
    assert.has_error(function() criterion:forward(torch.FloatTensor(3), torch.Tensor(3)) end)
    assert.has_error(function() criterion:forward(torch.IntTensor(3), torch.IntTensor(3)) end)
  end)

  it('keeps its gradient while forward runs, and allocates nothing once warm', function()
    local criterion = nn.MSECriterion()
    local a, b = tensor(torch.DoubleTensor, 100, 100), tensor(torch.DoubleTensor, 100, 100)
    criterion:forward(a, b)
    local first = criterion:backward(a, b)[1][1]
    local before = helper.allocations()
    criterion:forward(b, b)
    assert.equal(first, criterion.gradInput[1][1])
    criterion:backward(a, b)
    -- Reading an element makes a view, never a storage.
    assert.equal(before, helper.allocations())
  end)
end)

describe('nn.AbsCriterion', function()
  it('has the value and gradient of the formula', function()
    draw = helper.numbers(3)
    local a, b = torch.Tensor {1, -2, 5}, torch.Tensor {0, 1, 5}
    assert.near(4 / 3, nn.AbsCriterion():forward(a, b), 1e-15)
    assert.equal(4, nn.AbsCriterion(false):forward(a, b))
    assert.same({1, -1, 0}, nn.AbsCriterion(false):backward(a, b):totable())
    local x, y = tensor(torch.DoubleTensor, 4, 3), tensor(torch.DoubleTensor, 4, 3)
    assert.is_true(gradcheck.criterion(nn.AbsCriterion(), x, y, draw) < 1e-8)
  end)
end)

describe('squared distance', function()
  it('does not depend on the number of threads, and sums in double', function()
    local n = 300001
    local a, b = torch.FloatTensor(n):fill(1), torch.FloatTensor(n):fill(0.9)
    local d = a[1] - b[1]
    local criterion = nn.MSECriterion(false):float()
    local threads, values = torch.getnumthreads(), {}
    for _, count in ipairs {1, 2, 5} do
      torch.setnumthreads(count)
      values[#values + 1] = criterion:forward(a, b)
    end
    torch.setnumthreads(threads)
    assert.same({values[1], values[1], values[1]}, values)
    local rounded = torch.FloatTensor {d}[1]
    assert.near(n * rounded * rounded, values[1], 1e-9 * values[1])
  end)
end)
