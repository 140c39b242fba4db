-- scripts/distill.lua from its options to its files: training with progress and checkpoints, and the report.
local common = require 'pen.harmonize.command'
local files = require 'pen.distill.files'
local finish = require 'pen.distill.finish'
local pictures = require 'pen.distill.pictures'
local clock = require 'pen.harmonize.progress'
local report = require 'pen.distill.report'
local student = require 'pen.distill.student'
local teacher = require 'pen.distill.teacher'
local train = require 'pen.distill.train'
local M = {}

local REPORT_SIZE = 384 -- longer side of the pictures that judge
local SHOW_EVERY = 50 -- steps
local ROUGH = 4 / 9 -- share of the steps after which pictures have noise: before, they would learn more slowly

local function check(params)
  common.check_ranges(params, {
    steps = {1, 1e6}, batch = {1, 256}, crop = {32, 1024}, rate = {1e-8, 1}, seed = {0, 2 ^ 32 - 1}, save_every = {1},
    threads = {1, 256},
  })
  if not params.output:match('[^/]%.caffemodel$') then
    error(('-output %s: the name must end in .caffemodel'):format(params.output), 0)
  end
  local widths = {}
  for _, word in ipairs(params.widths:split(',')) do
    widths[#widths + 1] = tonumber(word:match('^%d+$'))
  end
  if #widths ~= 5 then error(('-widths %s: give five numbers with commas between'):format(params.widths), 0) end
  return widths
end

-- The blocks above the second are compared channel by channel.
local function check_widths(params, widths, high)
  local wanted = student.widths(high)
  for block = 3, #wanted do
    if widths[block] ~= wanted[block] then
      error(('-widths %s: the last three must be those of -teacher_high, %s'):format(params.widths,
        table.concat(wanted, ',', 3)), 0)
    end
  end
end

-- A line for every SHOW_EVERY steps: step, mean errors of the layers since the last line, time left.
local function progress(total)
  local sums, count = {}, 0
  return function(state, errors)
    count = count + 1
    for name, err in pairs(errors) do sums[name] = (sums[name] or 0) + err end
    if state.step % SHOW_EVERY ~= 0 and state.step ~= total then return end
    local text = {}
    for i, layer in ipairs(teacher.layers) do
      text[i] = ('%s %.3f'):format(layer.name:sub(5), sums[layer.name] / count)
    end
    local each = state.seconds / state.step
    io.stderr:write(('step %d/%d  %s  %.3f s each  %s left\n'):format(state.step, total, table.concat(text, ' '),
      each, clock.duration(each * (total - state.step))))
    sums, count = {}, 0
  end
end

-- Trains to the last step. Returns the network as it is to be saved.
local function trained(params, widths, teachers, list)
  torch.manualSeed(params.seed)
  local state = train.new(teachers, list, {
    widths = widths, batch = params.batch, size = params.crop, rate = params.rate, steps = params.steps,
    rough_after = math.floor(ROUGH * params.steps),
  })
  local checkpoint = params.output .. '.checkpoint'
  local name = ('widths %s steps %d batch %d crop %d rate %g seed %d pictures %d'):format(params.widths, params.steps,
    params.batch, params.crop, params.rate, params.seed, #list)
  if params.resume then files.load_checkpoint(state, name, checkpoint) end
  local show = progress(params.steps)
  train.run(state, function(_, _, errors)
    show(state, errors)
    if state.step % params.save_every == 0 then files.save_checkpoint(state, name, checkpoint) end
  end)
  return finish.network(state, report.inputs(list, REPORT_SIZE)), checkpoint
end

-- Tables for the network, the high teacher and an untrained network of the same widths and scale.
local function print_report(name, net, teachers, list, held_out)
  local seen, unseen = report.inputs(list, REPORT_SIZE), report.inputs(held_out, REPORT_SIZE)
  torch.manualSeed(1)
  local untrained = finish.match_squares(student.new(student.widths(net)), teachers.high, seen)
  for _, entry in ipairs {{name, net}, {'the high teacher', teachers.high}, {'untrained', untrained}} do
    print(report.text(entry[1], report.measure(entry[2], teachers, seen, unseen)))
  end
end

-- Trains, writes the network, and only then drops the checkpoint.
local function train_and_save(params, widths, teachers, list)
  common.check_writable('output', params.output)
  check_widths(params, widths, teachers.high)
  local net, checkpoint = trained(params, widths, teachers, list)
  files.save_network(net, params.output)
  os.remove(checkpoint)
  print('wrote ' .. params.output)
  return params.output
end

local function work(params)
  local widths = check(params)
  torch.setnumthreads(params.threads)
  local list, held_out = pictures.load(params.pictures, params.held_out:split(','))
  local teachers = teacher.new(params.teacher_low, params.teacher_high)
  local model = params.report ~= '' and params.report or train_and_save(params, widths, teachers, list)
  local net = teacher.load('report', model, 'relu5_1') -- as saved: rounded to halves
  print_report(paths.basename(model, 'caffemodel'), net, teachers, list, held_out)
end

function M.run(params)
  common.main('distill.lua', function() work(params) end)
end

return M
