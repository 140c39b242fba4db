-- A training in small: tiny teachers with random weights, tiny pictures, a few steps. It lowers the error, gives the
-- same bits again, also when it was stopped in between, and what it saves is what it learned.
require 'torch'
require 'nn'
require 'image'
require 'optim'
require 'loadcaffe'
local files = require 'pen.distill.files'
local finish = require 'pen.distill.finish'
local pictures = require 'pen.distill.pictures'
local report = require 'pen.distill.report'
local student = require 'pen.distill.student'
local teacher = require 'pen.distill.teacher'
local textures = require 'pen.distill.textures'
local train = require 'pen.distill.train'

local OPTIONS = {widths = {2, 3, 4, 5, 5}, batch = 2, size = 32, rate = 0.01, steps = 120, rough_after = 100}

describe('distillation', function()
  local folder, teachers, list, threads

  setup(function()
    threads = torch.getnumthreads()
    torch.setnumthreads(1) -- these pictures are not worth more
    folder = os.tmpname()
    os.remove(folder)
    assert(paths.mkdir(folder))
    torch.manualSeed(3)
    teachers = {low = student.cut(student.new {6, 8, 10, 1, 1}, 'relu3_1'), high = student.new {3, 3, 4, 5, 5}}
    list = {}
    for i = 1, 3 do list[i] = {name = 'texture' .. i, picture = textures.random(64)} end
  end)
  teardown(function()
    torch.setnumthreads(threads)
    os.execute('rm -rf ' .. folder)
  end)

  local function new_state()
    torch.manualSeed(7)
    return train.new(teachers, list, OPTIONS)
  end

  local function run(state, last)
    local losses = {}
    while state.step < last do losses[#losses + 1] = train.step(state) end
    return losses
  end

  it('has the gradient of its loss', function()
    local state = new_state()
    local batch = pictures.batch(list, 2, 32)
    local function loss_at() return (train.evaluate(state, batch:clone())) end
    local _, gradient = train.evaluate(state, batch:clone())
    gradient = gradient:clone()
    local direction = gradient:clone():div(gradient:norm())
    state.parameters:add(3e-4, direction)
    local above = loss_at()
    state.parameters:add(-6e-4, direction)
    local slope = (above - loss_at()) / 6e-4
    assert.is_near(gradient:norm(), slope, 0.03 * slope)
  end)

  it('learns, and the same in every run', function()
    local first, second = new_state(), new_state()
    torch.manualSeed(8)
    local losses = run(first, OPTIONS.steps)
    torch.manualSeed(8)
    local again = run(second, OPTIONS.steps)
    local before, after = 0, 0
    for i = 1, 20 do before, after = before + losses[i], after + losses[#losses + 1 - i] end
    assert.is_true(after < 0.85 * before, ('%g became %g'):format(before, after))
    assert.are.same(losses, again)
    assert.are.equal(0, (first.parameters - second.parameters):abs():max())
  end)

  it('goes on from a checkpoint as if it had not stopped', function()
    local path = folder .. '/x.checkpoint'
    local whole = new_state()
    run(whole, 6)
    local stopped = new_state()
    run(stopped, 3)
    files.save_checkpoint(stopped, 'name', path)
    local resumed = new_state()
    torch.manualSeed(99)
    files.load_checkpoint(resumed, 'name', path)
    assert.are.equal(3, resumed.step)
    run(resumed, 6)
    assert.are.equal(0, (whole.parameters - resumed.parameters):abs():max())
    local ok, problem = pcall(files.load_checkpoint, resumed, 'other', path)
    assert.is_false(ok)
    assert.truthy(problem:find(path, 1, true), problem)
  end)

  it('ends with a network of the usual scale that computes the same', function()
    local state = new_state()
    run(state, 40)
    local inputs = report.inputs(list, 64)
    local net = finish.network(state, inputs)
    local own, wanted = finish.squares(net, inputs), finish.squares(teachers.high, inputs)
    for _, name in ipairs {'relu1_1', 'relu1_2', 'relu3_2', 'relu5_1'} do
      assert.is_true(wanted[name] > 0)
      assert.is_near(wanted[name], own[name], 1e-3 * wanted[name])
    end
    -- each channel is the old one times a factor
    local input = inputs[1]
    local scaled = student.forward(net, input).relu5_1[1]:clone()
    local plain = student.forward(state.net, input / student.INPUT_SCALE).relu5_1[1]
    for c = 1, scaled:size(1) do
      local factor = plain[c]:max() > 0 and scaled[c]:max() / plain[c]:max() or 1
      assert.is_true((scaled[c] - plain[c] * factor):abs():max() <= 1e-4 * scaled:max())
    end
  end)

  it('saves a network that loadcaffe loads', function()
    torch.manualSeed(5)
    local net, path = student.new {2, 3, 4, 5, 5}, folder .. '/small.caffemodel'
    files.save_network(net, path)
    local loaded, input = teacher.load('teacher', path, 'relu5_1'), torch.FloatTensor(1, 3, 40, 33):uniform(-100, 100)
    assert.are.equal(net:size(), loaded:size())
    local expected, got = student.forward(net, input), student.forward(loaded, input)
    for i = 1, net:size() do assert.are.equal(net:get(i).name, loaded:get(i).name) end
    for _, name in ipairs(report.layers) do
      assert.are.same(expected[name]:size():totable(), got[name]:size():totable())
      assert.is_true((expected[name] - got[name]):norm() <= 2e-3 * expected[name]:norm(), name)
    end
    local file = assert(io.open(folder .. '/small_deploy.prototxt'))
    local text = file:read('*a')
    file:close()
    assert.truthy(text:find('name: "conv3_4"\n  type: "Convolution"\n  bottom: "conv3_3"\n  top: "conv3_4"', 1, true))
    assert.truthy(text:find('name: "pool4"\n  type: "Pooling"\n  bottom: "conv4_4"', 1, true), text)
  end)
end)
