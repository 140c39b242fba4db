-- The criteria: values by their formulas, gradients, weights, averages, other kinds of targets.
require 'nn'
local layercheck = require 'nn.layercheck'
local gradcheck = require 'nn.gradcheck'

local draw, numbers = layercheck.draw, layercheck.numbers

-- Checks the value if there is one, the gradient, and that float gives the same.
local function check(criterion, x, target, value)
  local loss = criterion:forward(x, target)
  if value then assert.near(value, loss, 1e-12 * math.max(1, math.abs(value))) end
  assert.is_true(gradcheck.criterion(criterion, x, target, draw) < 1e-6)
  assert.is_true(criterion:backward(x, target):isSameSizeAs(x))
  local t32 = torch.isTensor(target) and torch.type(target) == 'torch.DoubleTensor' and target:float() or target
  assert.near(loss, criterion:clone():float():forward(x:float(), t32), 1e-4 * math.max(1, math.abs(loss)))
end

-- The mean of f(x, t) over elements.
local function mean(x, t, f)
  local sum, a, b = 0, x:view(-1), t:view(-1)
  for i = 1, a:nElement() do sum = sum + f(a[i], b[i]) end
  return sum / a:nElement()
end

describe('criteria', function()
  before_each(function() layercheck.seed(26) end)

  it('that are a mean over elements', function()
    local x, t = numbers(3, 4):mul(2), numbers(3, 4):mul(2)
    local sign = torch.sign(numbers(3, 4))
    check(nn.MarginCriterion(0.7), x, sign, mean(x, sign, function(a, b) return math.max(0, 0.7 - a * b) end))
    check(nn.SoftMarginCriterion(), x, sign, mean(x, sign, function(a, b) return math.log(1 + math.exp(-a * b)) end))
    local function smooth(a, b)
      local d = math.abs(a - b)
      return d < 1 and d * d / 2 or d - 0.5
    end
    check(nn.SmoothL1Criterion(), x, t, mean(x, t, smooth))
    check(nn.SmoothL1Criterion(false), x, t, 12 * mean(x, t, smooth))
    local w = numbers(4)
    local wide = w:view(1, 4):expand(3, 4):clone()
    check(nn.WeightedMSECriterion(w), x, t, nn.MSECriterion():forward(x, torch.cmul(t, wide)))
  end)

  it('of probabilities', function()
    local x, t = numbers(3, 4):abs():mul(0.8):add(0.1), numbers(3, 4):abs():mul(0.8):add(0.1)
    local function entropy(a, b) return -b * math.log(a) - (1 - b) * math.log(1 - a) end
    assert.near(mean(x, t, entropy), nn.BCECriterion():forward(x, t), 1e-9)
    check(nn.BCECriterion(), x, t)
    check(nn.BCECriterion(nil, false), x, t)
    check(nn.BCECriterion(torch.Tensor {1, 0, 2, 3}), x, t)
    t[1][1] = 0
    local function divergence(a, b) return b > 0 and b * (math.log(b) - a) or 0 end
    check(nn.DistKLDivCriterion(), x, t, mean(x, t, divergence))
    check(nn.DistKLDivCriterion(false), x, t, 12 * mean(x, t, divergence))
  end)

  it('of classes', function()
    local x, t = numbers(3, 4), torch.LongTensor {2, 4, 1}
    check(nn.ClassNLLCriterion(), x, t, -(x[1][2] + x[2][4] + x[3][1]) / 3)
    check(nn.ClassNLLCriterion(nil, false), x, t, -(x[1][2] + x[2][4] + x[3][1]))
    check(nn.ClassNLLCriterion(), x[1], 2, -x[1][2])
    check(nn.ClassNLLCriterion(), x[1], torch.IntTensor {2}, -x[1][2])
    local w = torch.Tensor {0.1, 0.2, 0.3, 0.4}
    check(nn.ClassNLLCriterion(w), x, t, -(0.2 * x[1][2] + 0.4 * x[2][4] + 0.1 * x[3][1]) / 0.7)
    check(nn.ClassNLLCriterion(nil, true, 4), x, t, -(x[1][2] + x[3][1]) / 2)
    check(nn.ClassNLLCriterion(nil, true, -1), x[1], -1, 0)
    check(nn.CrossEntropyCriterion(), x, t, nn.ClassNLLCriterion():forward(nn.LogSoftMax():forward(x), t))
    check(nn.CrossEntropyCriterion(w), x, t)
    local sum = nn.CrossEntropyCriterion()
    sum.sizeAverage = false
    check(sum, x, t, 3 * nn.CrossEntropyCriterion():forward(x, t))
    sum = nn.CrossEntropyCriterion()
    sum.nll.sizeAverage = false
    assert.is_true(sum.sizeAverage)
    check(sum, x, t, 3 * nn.CrossEntropyCriterion():forward(x, t))
    assert.has_error(function() nn.ClassNLLCriterion():forward(x, torch.LongTensor {1, 2}) end)
    assert.has_error(function() nn.ClassNLLCriterion():forward(x, torch.LongTensor {1, 2, 5}) end)
  end)

  it('with margins between classes', function()
    local x = torch.Tensor {0.1, 0.2, 0.4, 0.8}
    check(nn.MultiMarginCriterion(), x, 4, (0.3 + 0.4 + 0.6) / 4)
    check(nn.MultiMarginCriterion(2), x, 4, (0.3 ^ 2 + 0.4 ^ 2 + 0.6 ^ 2) / 4)
    check(nn.MultiMarginCriterion(1, torch.Tensor {1, 1, 1, 5}, 0.5), x, 4, 5 * 0.1 / 4)
    check(nn.MultiMarginCriterion(2), numbers(3, 4), torch.LongTensor {1, 4, 2})
  end)

  it('of pairs', function()
    local a, b, y = numbers(4, 3), numbers(4, 3), torch.Tensor {1, -1, -1, 1}
    local function pair(criterion, input, target, expected)
      assert.near(expected, criterion:forward(input, target), 1e-9)
      assert.is_true(gradcheck.criterion(criterion, input, target, draw) < 1e-6)
    end
    local cosines = nn.CosineDistance():forward {a, b}
    for i = 1, 4 do assert.near(a[i]:dot(b[i]) / a[i]:norm() / b[i]:norm(), cosines[i], 1e-9) end
    local loss = 2 - cosines[1] - cosines[4] + math.max(0, cosines[2] + 0.3) + math.max(0, cosines[3] + 0.3)
    pair(nn.CosineEmbeddingCriterion(-0.3), {a, b}, y, loss / 4)
    pair(nn.CosineEmbeddingCriterion(), {a[1], b[1]}, 1, 1 - cosines[1])
    local d = (a - b):norm(1)
    pair(nn.L1HingeEmbeddingCriterion(100), {a, b}, -1, 100 - d)
    pair(nn.L1HingeEmbeddingCriterion(), {a, b}, -1, math.max(0, 1 - d))
    pair(nn.L1HingeEmbeddingCriterion(), {a, b}, 1, d)
    local u, v, margins = numbers(4), numbers(4), 0
    for i = 1, 4 do margins = margins + math.max(0, 0.5 - y[i] * (u[i] - v[i])) end
    pair(nn.MarginRankingCriterion(0.5), {u, v}, y, margins / 4)
    pair(nn.MarginRankingCriterion(0.5), {torch.Tensor {1}, torch.Tensor {3}}, 1, 2.5)
    pair(nn.DistanceRatioCriterion(false), {torch.Tensor {1}, torch.Tensor {3}}, nil, math.log(1 + math.exp(-2)))
    pair(nn.DistanceRatioCriterion(), {u, v}, nil, torch.exp(u - v):add(1):log():mean())
  end)

  it('of distances, labels and pixels', function()
    local x, sign = numbers(3, 4), torch.sign(numbers(3, 4))
    check(nn.HingeEmbeddingCriterion(0.5), x, sign, mean(x, sign, function(a, b)
      return b == 1 and a or math.max(0, 0.5 - a)
    end))
    assert.near(0.3, nn.HingeEmbeddingCriterion():forward(torch.Tensor {0.3}, 1), 1e-12)
    local labels, w = sign:gt(0):double(), torch.Tensor {1, 2, 0, 0.5}
    local function entropy(a, b) return math.log(1 + math.exp(a)) - a * b end
    check(nn.MultiLabelSoftMarginCriterion(), x, labels, mean(x, labels, entropy))
    local sum = 0
    for i = 1, 4 do sum = sum + w[i] * entropy(x[1][i], labels[1][i]) end
    check(nn.MultiLabelSoftMarginCriterion(w, false), x[1], labels[1], sum)
    local maps, classes = numbers(2, 3, 2, 2), torch.LongTensor {{{1, 3}, {2, 2}}, {{3, 3}, {1, 2}}}
    local picked = 0
    for i = 1, 2 do
      for j = 1, 2 do
        for k = 1, 2 do picked = picked + maps[i][classes[i][j][k]][j][k] end
      end
    end
    check(nn.SpatialClassNLLCriterion(), maps, classes, -picked / 8)
    check(nn.SpatialClassNLLCriterion(torch.Tensor {1, 2, 3}), maps, classes)
  end)

  it('made of others', function()
    local x, t = numbers(2, 5), numbers(2, 5)
    local mse, abs = nn.MSECriterion(), nn.AbsCriterion()
    local value = mse:forward(x, t) / 2 + abs:forward(x, t)
    check(nn.MultiCriterion():add(mse, 0.5):add(abs), x, t, value)
    local pair = nn.ParallelCriterion():add(mse, 0.5):add(abs)
    assert.near(value, pair:forward({x, x}, {t, t}), 1e-12)
    assert.is_true(gradcheck.criterion(pair, {x, numbers(2, 5)}, {t, t}, draw) < 1e-6)
    assert.near(value, nn.ParallelCriterion(true):add(mse, 0.5):add(abs):forward({x, x}, t), 1e-12)
    local nested = nn.ParallelCriterion():add(mse):add(nn.ParallelCriterion():add(mse:clone()):add(abs))
    assert.is_true(gradcheck.criterion(nested, {x, {numbers(2, 5), numbers(2, 5)}}, {t, {t, t}}, draw) < 1e-6)
    local tanh = nn.Tanh()
    check(nn.ModuleCriterion(mse, nn.Tanh()), x, t, mse:forward(tanh:forward(x), t))
    check(nn.ModuleCriterion(mse, nil, nn.Tanh()), x, t, mse:forward(x, nn.Tanh():forward(t)))
    local apart = nn.ModuleCriterion(mse:clone(), nil, nn.Tanh(), false):float()
    assert.equal('torch.DoubleTensor', apart.targetModule:type())
    assert.near(mse:forward(x, t), nn.CriterionTable(mse):forward {x, t}, 1e-12)
  end)

  it('without a target', function()
    assert.near(6, nn.L1Cost():forward(torch.Tensor {1, -2, 3}), 1e-12)
    assert.same({1, -1, 0}, nn.L1Cost():backward(torch.Tensor {1, -2, 0}):totable())
  end)
end)
