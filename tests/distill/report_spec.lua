-- What the report says of networks whose figures are known, and its least squares against a known map.
require 'torch'
require 'nn'
require 'image'
local least_squares = require 'pen.distill.least_squares'
local report = require 'pen.distill.report'
local student = require 'pen.distill.student'
local textures = require 'pen.distill.textures'

describe('least squares', function()
  it('find the map that made the data', function()
    torch.manualSeed(2)
    local map, fit = torch.FloatTensor(4, 6):normal(), least_squares.new(4, 6)
    for _ = 1, 3 do
      local s = torch.FloatTensor(4, 50):normal()
      least_squares.add(fit, s, torch.mm(map:t(), s))
    end
    assert.is_true((least_squares.solve(fit) - map):abs():max() < 1e-4)
  end)

  it('leave no smaller error in any direction', function()
    torch.manualSeed(3)
    local s, t, fit = torch.FloatTensor(3, 40):normal(), torch.FloatTensor(2, 40):normal(), least_squares.new(3, 2)
    least_squares.add(fit, s, t)
    local map = least_squares.solve(fit)
    local function wrong(m) return (torch.mm(m:t(), s) - t):norm() ^ 2 end
    for _ = 1, 20 do
      assert.is_true(wrong(map) <= wrong(map + torch.FloatTensor(3, 2):normal(0, 0.05)) + 1e-4)
    end
  end)

  it('do not mind a channel that is always 0', function()
    torch.manualSeed(4)
    local s, fit = torch.FloatTensor(3, 30):normal(), least_squares.new(3, 1)
    s[2]:zero()
    local t = torch.add(s:narrow(1, 1, 1), s:narrow(1, 3, 1))
    least_squares.add(fit, s, t)
    assert.is_true((torch.mm(least_squares.solve(fit):t(), s) - t):abs():max() < 1e-3)
  end)
end)

describe('the report', function()
  local low, high, train, test
  setup(function()
    torch.manualSeed(6)
    low, high = student.cut(student.new {6, 8, 10, 1, 1}, 'relu3_1'), student.new {6, 8, 10, 5, 5}
    local list = {}
    for i = 1, 4 do list[i] = {picture = textures.random(96)} end
    train, test = report.inputs({list[1], list[2]}, 96), report.inputs({list[3], list[4]}, 96)
  end)

  -- The low teacher's layers, then the high teacher's: what nothing can be nearer to.
  local function ideal()
    local net = high:clone()
    for i = 1, low:size() do
      if low:get(i).weight then
        net:get(i).weight:copy(low:get(i).weight)
        net:get(i).bias:copy(low:get(i).bias)
      end
    end
    return net
  end

  it('calls a network perfect that is both teachers', function()
    local net = ideal()
    local figures, matches = report.measure(net, {low = low, high = net}, train, test)
    assert.are.equal(1, matches)
    for _, name in ipairs(report.layers) do
      assert.is_true(figures[name].error < 1e-5, name)
      assert.is_near(1, figures[name].similarity, 1e-5)
    end
    assert.is_near(1, figures.relu4_1.correlation, 1e-5)
    assert.is_nil(figures.relu1_1.correlation)
  end)

  it('is blind to the scale where a map sees it, and not where channels correspond', function()
    local net = ideal()
    local twice = student.rescale(net:clone(), {
      relu1_1 = torch.FloatTensor(6):fill(2), relu1_2 = torch.FloatTensor(6):fill(1),
      relu2_1 = torch.FloatTensor(8):fill(3), relu2_2 = torch.FloatTensor(8):fill(1),
      relu3_1 = torch.FloatTensor(10):fill(2), relu3_2 = torch.FloatTensor(10):fill(1),
      relu3_3 = torch.FloatTensor(10):fill(1), relu3_4 = torch.FloatTensor(10):fill(1),
      relu4_1 = torch.FloatTensor(5):fill(2), relu4_2 = torch.FloatTensor(5):fill(1),
      relu4_3 = torch.FloatTensor(5):fill(1), relu4_4 = torch.FloatTensor(5):fill(1),
      relu5_1 = torch.FloatTensor(5):fill(0.5),
    }, 1)
    local teachers = {low = low, high = net}
    local plain, scaled = report.measure(net, teachers, train, test), report.measure(twice, teachers, train, test)
    for _, name in ipairs(report.layers) do assert.is_near(1, scaled[name].similarity, 1e-5) end
    for _, name in ipairs {'relu1_1', 'relu2_1', 'relu3_1'} do assert.is_true(scaled[name].error < 1e-5) end
    assert.is_near(1, scaled.relu4_1.error, 1e-4)
    assert.is_near(0.25, scaled.relu5_1.error, 1e-4)
    assert.is_near(2 * plain.relu4_1.mean, scaled.relu4_1.mean, 1e-3 * plain.relu4_1.mean)
  end)

  it('counts channels that stay dark', function()
    local net = ideal()
    net:get(1).bias[4] = -1e9
    net:get(1).weight[4]:zero()
    assert.are.equal(1, report.measure(net, {low = low, high = high}, train, test).relu1_1.dead)
  end)

  it('is a table in Markdown', function()
    local figures, matches = report.measure(high, {low = low, high = high}, train, test)
    local text = report.text('name', figures, matches)
    assert.truthy(text:find('| relu4_1 | 0.000 | 1.000 |', 1, true), text)
    assert.truthy(text:find('matches at relu4_1: 100.0 %', 1, true), text)
    assert.truthy(text:find('\n| relu2_1 | %d%.%d%d%d | %d%.%d%d%d | %- | %d+%.%d | %d+ |\n'), text)
  end)
end)
