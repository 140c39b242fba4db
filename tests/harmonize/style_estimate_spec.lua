-- The style level estimated from the painting, the fit behind it, and the script that repeats the fit.
require 'torch'
require 'image'
local estimate = require 'pen.harmonize.style_estimate'
local fit = require 'pen.harmonize.style_fit'
local helper = require 'helper'
local pen = require 'pen.ffi'

-- A painting whose left share is smooth and whose rest is of strokes, two pixels wide and twelve long.
local function half_brushed(width, height, share)
  local number, t = helper.numbers(7), torch.Tensor(3, height, width)
  local strokes = torch.Tensor(1, math.ceil(height / 2), math.ceil(width / 12))
  strokes:apply(function() return number(0.2, 0.8) end)
  strokes = image.scale(strokes, width, height, 'simple')
  for c = 1, 3 do t[c]:copy(strokes[1]):mul(0.7 + 0.1 * c) end
  local smooth = math.floor(width * share)
  if smooth > 0 then t[{{}, {}, {1, smooth}}]:fill(0.5) end
  return t
end

local fails = helper.fails

describe('the estimate from the painting', function()
  it('finds the share of the surface that shows no brush', function()
    for _, share in ipairs {0, 0.25, 0.5, 0.75} do
      -- inside a stroke the 2 x 2 means are flat too: at most 11 of 12 columns in every second row
      local bare, flat = estimate.flatness(half_brushed(240, 200, 0)), estimate.flatness(half_brushed(240, 200, share))
      assert.is_true(math.abs(flat - (share + (1 - share) * bare)) < 0.02, share .. ': ' .. flat)
    end
  end)

  it('falls from 5 to 1 as the brush disappears', function()
    local last, seen = 0, {}
    for step = 0, 10 do
      local level, p = estimate.estimate(half_brushed(240, 200, step / 10))
      assert.is_true(p[1] > last)
      assert.is_true(math.abs(p[1] + p[5] + p[10] - 1) < 1e-12)
      assert.is_true(p[level] == math.max(p[1], p[5], p[10]))
      last, seen[#seen + 1] = p[1], level
    end
    assert.are.equal(5, seen[1])
    assert.are.equal(1, seen[11])
    for i = 2, 11 do assert.is_true(seen[i] <= seen[i - 1]) end
  end)

  it('is that of the same painting at another resolution', function()
    local painting = image.scale(half_brushed(120, 100, 0.4), 480, 400, 'bilinear')
    local flat = estimate.flatness(painting)
    for _, width in ipairs {360, 720, 1200} do
      local other = estimate.flatness(image.scale(painting, width, width * 5 / 6, 'bilinear'))
      assert.is_true(math.abs(other - flat) < 0.05, ('%d: %.3f, not %.3f'):format(width, other, flat))
    end
  end)

  it('looks at luminance alone', function()
    local painting = half_brushed(96, 80, 0.5)
    local y = image.rgb2y(painting)
    local grey = torch.cat({y, y, y}, 1)
    assert.is_true(math.abs(estimate.flatness(grey) - estimate.flatness(painting)) < 0.005)
  end)

  it('calls a constant painting flat, at any size and in any memory layout', function()
    for _, size in ipairs {{1, 1}, {1, 7}, {9, 1}, {2, 2}, {3, 300}, {2000, 1}} do
      local painting = torch.Tensor(size[1], size[2], 3):fill(0.3):permute(3, 1, 2)
      assert.are.equal(1, estimate.flatness(painting))
      assert.are.equal(1, (estimate.estimate(painting)))
    end
  end)

  it('takes floats, leaves the painting alone, and refuses other shapes', function()
    local painting = half_brushed(60, 50, 0.3)
    local before = painting:clone()
    assert.is_true(math.abs(estimate.flatness(painting:float()) - estimate.flatness(painting)) < 0.01)
    assert.are.equal(0, (painting - before):abs():max())
    fails('3 x H x W', estimate.estimate, torch.Tensor(1, 5, 5))
    fails('3 x H x W', estimate.estimate, torch.Tensor(5, 5))
  end)

  it('of the shared paintings is what it was when it was calibrated', function()
    if not helper.have_shared() then pending('no shared data') return end
    local known = { -- index = {share of flat places, level}
      [0] = {0.024, 5}, [2] = {0.148, 5}, [5] = {0.088, 5}, [10] = {0.227, 5}, [13] = {0.081, 5},
      [16] = {0.220, 5}, [22] = {0.071, 5}, [25] = {0.185, 5}, [29] = {0.138, 5}, [34] = {0.580, 1},
    }
    for index, expected in pairs(known) do
      local painting = image.load(('%s/data/%d_target.jpg'):format(helper.shared, index), 3)
      assert.is_true(math.abs(estimate.flatness(painting) - expected[1]) < 0.002)
      assert.are.equal(expected[2], (estimate.estimate(painting)))
    end
  end)
end)

describe('the fit', function()
  it('finds the model that made the probabilities', function()
    local truth = {offset = {0.5, -0.2, -0.3}, slope = {1.2, -0.9, -0.3}}
    local x, targets = {}, {}
    for i = 1, 40 do
      x[i] = -3 + 0.2 * i
      targets[i] = estimate.probabilities(truth, x[i])
    end
    local model = fit.fit(x, targets, 0)
    helper.near(truth.offset, model.offset, 1e-6)
    helper.near(truth.slope, model.slope, 1e-6)
  end)

  it('meets its optimality condition with a ridge, and slopes shrink with it', function()
    local x, levels, targets = {0, 1, 2, 3, 4, 5, 6, 7, 8}, {10, 5, 5, 10, 5, 1, 5, 1, 1}, {}
    for i, level in ipairs(levels) do targets[i] = fit.targets(level) end
    local spread, last = math.sqrt(20 / 3), math.huge -- of x, whose mean is 4
    for _, ridge in ipairs {0.1, 1, 10} do
      local model = fit.fit(x, targets, ridge)
      for k = 1, 3 do
        local sum = ridge * model.slope[k] * spread
        for i = 1, #x do
          sum = sum + (estimate.probabilities(model, x[i])[k] - targets[i][k]) * (x[i] - 4) / spread
        end
        assert.is_true(math.abs(sum) < 1e-7)
      end
      assert.is_true(math.abs(model.slope[1]) < last)
      last = math.abs(model.slope[1])
    end
  end)

  it('takes a level for the mix of its neighbours', function()
    helper.near({1, 0, 0}, fit.targets(0.5), 0)
    helper.near({0.5, 0.5, 0}, fit.targets(3), 1e-12)
    helper.near({0, 1, 0}, fit.targets(5), 1e-12)
    helper.near({0, 0.54, 0.46}, fit.targets(7.3), 1e-12)
    helper.near({0, 0, 1}, fit.targets(12), 0)
  end)

  it('judges a painting by the others alone', function()
    local x, levels = {0, 0.1, 0.2, 2, 2.1, 2.2, 4, 4.1, 4.2}, {1, 1, 1, 5, 5, 5, 10, 10, 10}
    local seen = {}
    local list = fit.leave_one_out(x, levels, function(others)
      seen[#seen + 1] = #others
      return 0.1
    end)
    assert.are.same({8, 8, 8, 8, 8, 8, 8, 8, 8}, seen)
    local alone = estimate.probabilities(fit.fit({0.1, 0.2, 2, 2.1, 2.2, 4, 4.1, 4.2}, {
      {1, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 1, 0}, {0, 1, 0}, {0, 0, 1}, {0, 0, 1}, {0, 0, 1}}, 0.1), 0)
    helper.near(alone, list[1], 1e-12)
    local confusion, right = fit.confusion(list, levels)
    assert.are.same({{3, 0, 0}, {0, 3, 0}, {0, 0, 3}}, confusion)
    assert.are.equal(9, right)
    assert.are.same(levels, fit.favoured(list))
  end)

  it('measures errors as median and as mean factor', function()
    local median, factor = fit.errors({2, 5, 5}, {1, 5, 10})
    assert.are.equal(0.5, median)
    assert.is_true(math.abs(factor - 4 ^ (1 / 3)) < 1e-12)
    assert.are.equal(2.5, fit.median({4, 1, 2, 3}))
    assert.are.equal(3, fit.median({4, 1, 2, 3}, 2))
  end)
end)

describe('calibrate_style', function()
  local folder
  setup(function()
    folder = os.tmpname()
    os.remove(folder)
    assert(paths.mkdir(folder))
    local lines = {}
    for i = 0, 10 do -- line 10 has no painting
      local group = math.floor(i / 4) + 1
      lines[i + 1] = ('idx=%d, classified label=Kind %d, weight=%g'):format(i, group, estimate.levels[group])
      if i < 10 then
        image.save(('%s/%d_target.png'):format(folder, i), half_brushed(60 + i, 50, 0.9 - 0.35 * group - 0.01 * i))
      end
    end
    local file = assert(io.open(folder .. '/wikiart_output.txt', 'w'))
    file:write(table.concat(lines, '\n'), '\n')
    file:close()
  end)
  teardown(function() os.execute('rm -rf ' .. folder) end)

  local function run(words)
    local command = '%sscripts/th %sscripts/calibrate_style.lua %s 2>&1; echo $?'
    local pipe = io.popen(command:format(pen.root, pen.root, words))
    local text, status = pipe:read('*a'):match('^(.*)%f[%d](%d+)\n$')
    pipe:close()
    return text, tonumber(status)
  end

  it('refuses what it cannot fit, and writes nothing then', function()
    local text, status = run(folder .. ' -output ' .. folder .. '/c.lua')
    assert.are.equal(1, status)
    assert.truthy(text:find('2 of its paintings have a level near 10', 1, true), text)
    text, status = run(folder .. '/none -output ' .. folder .. '/c.lua')
    assert.are.equal(1, status)
    assert.truthy(text:find('none/wikiart_output.txt is not there', 1, true), text)
    assert.is_false(paths.filep(folder .. '/c.lua'))
  end)

  it('writes the coefficients of a fit to all, and tells what left-out paintings get', function()
    image.save(folder .. '/10_target.png', half_brushed(70, 50, 0))
    local text, status = run(folder .. ' -output ' .. folder .. '/c.lua')
    assert.are.equal(0, status, text)
    local levels, x = {1, 1, 1, 1, 5, 5, 5, 5, 10, 10, 10}, {}
    for i = 1, 11 do
      x[i] = estimate.log_odds(estimate.flatness(image.load(('%s/%d_target.png'):format(folder, i - 1), 3)))
    end
    local model, ridge, list = fit.calibrate(x, levels)
    local _, right = fit.confusion(list, levels)
    local written = dofile(folder .. '/c.lua')
    helper.near(model.offset, written.offset, 1e-4)
    helper.near(model.slope, written.slope, 1e-4)
    assert.are.same({ridge, 11, right}, {written.ridge, written.paintings, written.right})
    assert.truthy(text:find(('right for %d of 11'):format(right), 1, true), text)
    assert.truthy(text:find('Kind 3', 1, true))
  end)
end)
