-- Seconds of the two passes at the scripts' defaults, on made pictures and with random weights in full width: an
-- evaluation (loss and gradient) of what can matter and of the whole frame, what is the least it could take, and a step
-- of L-BFGS.
local sys = require 'sys'
local convolution = require 'pen.bench.convolution'
local heap = require 'pen.heap'
local optimise = require 'pen.harmonize.optimise'
local pen = require 'pen.ffi'
local reference = require 'pen.bench.reference'
local stages = require 'pen.bench.stages'
local vgg = require 'pen.bench.vgg'
local T = require 'torch.tensor'
local M = {}

-- A smooth coloured picture; seed moves its waves.
local function picture(width, height, seed)
  local t = torch.FloatTensor(3, height, width)
  local data, at = t:data(), 0
  for c = 1, 3 do
    for y = 1, height do
      for x = 1, width do
        data[at] = 0.5 + 0.2 * math.sin(x / (7 + c + seed)) + 0.2 * math.cos(y / (11 + c) + x / (29 * seed))
        at = at + 1
      end
    end
  end
  return t
end

-- 1 inside an ellipse in the middle that covers the given share of the picture.
local function ellipse(width, height, share)
  local t = torch.FloatTensor(3, height, width):zero()
  local a, b = width * math.sqrt(share / math.pi), height * math.sqrt(share / math.pi)
  for y = 1, height do
    local half = 1 - ((y - height / 2) / b) ^ 2
    if half > 0 then
      local from = math.floor(width / 2 - a * math.sqrt(half)) + 1
      t:narrow(2, y, 1):narrow(3, from, math.min(width, math.floor(2 * a * math.sqrt(half)) + 1)):fill(1)
    end
  end
  return t
end

-- Writes the inputs of both passes into folder; the masks cover what the median example's do of a canvas `times`
-- smaller in width and height.
local function write_inputs(folder, width, height, times)
  local function share(s) return ellipse(width, height, s / times ^ 2) end
  local painting, object, mask = picture(width, height, 1), picture(width, height, 5), share(0.09)
  local naive = painting + torch.cmul(object - painting, mask)
  for name, t in pairs {painting = painting, naive = naive, mask = mask, loose = share(0.13)} do
    image.save(('%s/%s.png'):format(folder, name), t)
  end
  local levels = assert(io.open(folder .. '/levels.txt', 'w'))
  levels:write('idx=0, classified label=Impressionism, weight=5.0\n')
  levels:close()
end

-- The options of both scripts, as far as they bear on speed, at their defaults.
local function options(folder, size, params)
  local function file(name) return folder .. '/' .. name end
  return {
    style_image = file 'painting.png', content_image = file 'naive.png', cnnmrf_image = file 'naive.png',
    tmask_image = file 'mask.png', mask_image = file 'loose.png', wikiart_fn = file 'levels.txt', index = 0,
    output_image = file 'out.png', image_size = size, gpu = params.gpu, precision = params.precision,
    cudnn_autotune = true, seed = 316,
    init = 'image', optimizer = 'lbfgs', num_iterations = 1000, print_iter = 0, save_iter = 0, learning_rate = 0.1,
    original_colors = 0, content_weight = 5, style_weight = 100, tv_weight = 1e-3, normalize_gradients = false,
    content_layers = 'relu4_1', style_layers = 'relu3_1,relu4_1,relu5_1',
    patchmatch_size = 3, refine_size = 5, refine_iter = 1, ring_radius = 1, whole_frame = params.whole_frame,
  }
end

-- What f returns, with nothing printed meanwhile.
local function silently(f, ...)
  local say, write = print, io.write
  print, io.write = function() end, function() end
  local ok, result = pcall(f, ...)
  print, io.write = say, write
  return ok and result or error(result, 0)
end

-- Calls body(folder) while the folder holds the inputs of both passes; the object is that of a canvas `times` (1)
-- smaller in width and height.
function M.with_inputs(width, height, body, times)
  local folder = sys.execute('mktemp -d')
  write_inputs(folder, width, height, times or 1)
  local ok, problem = pcall(body, folder)
  sys.execute(("rm -r '%s'"):format(folder))
  if not ok then error(problem, 0) end
end

-- A pass on these inputs, ready to start. params: gpu, precision, whole_frame.
function M.prepare(name, folder, size, params)
  local run = silently(require('pen.harmonize.' .. name).prepare, options(folder, size, params), vgg.network)
  run.say, run.optim_state.verbose = function() end, false
  return run
end

local function ready(name, folder, size, params)
  local run = M.prepare(name, folder, size, params)
  optimise.start(run)
  return run
end

local WARM = 3 -- turns that are not counted

-- Seconds of each action, a list for each: they take turns, so that what else the machine does hits all alike.
local function seconds_in_turns(turns, actions)
  local times = {}
  for i = 1, turns + WARM do
    for k, action in ipairs(actions) do
      local start = sys.clock()
      local seconds = action() or sys.clock() - start
      times[k] = times[k] or {}
      if i > WARM then table.insert(times[k], seconds) end
    end
  end
  return times
end

local function evaluation(run)
  return function() run.loss = run.evaluate() end -- which waits for it
end

local function least(times) return math.min(unpack(times)) end

-- The median of how many times as long one took as the other in its turn.
local function times_as_long(one, other)
  local ratios = {}
  for i = 1, #one do ratios[i] = one[i] / other[i] end
  table.sort(ratios)
  return ratios[math.ceil(#ratios / 2)]
end

-- Visits the convolutions of a network that has been evaluated, with the sizes of their maps.
local function each_convolution(net, visit)
  for _, module in ipairs(net.modules) do
    if torch.type(module) == 'nn.SpatialConvolution' then
      visit(module, module.output:size(3), module.output:size(2))
    end
  end
end

-- Operations of the convolutions in an evaluation, forward and back, in units of 1e9.
local function gflop(net)
  local sum = 0
  each_convolution(net, function(conv, w, h) sum = sum + 2 * 2 * conv.weight:nElement() * w * h / 1e9 end)
  return sum
end

-- The bare library's seconds for the same.
local function bare_seconds(net, runs)
  local sum = 0
  each_convolution(net, function(conv, w, h)
    sum = sum + convolution.bare_seconds(conv.nInputPlane, conv.nOutputPlane, w, h, runs)
  end)
  return sum
end

-- Least seconds of a step of L-BFGS with all its pairs, for as many numbers as the run moves.
local function optimiser_seconds(run)
  local x, weights = run.x:clone(), run.x:clone():fill(1):add(1e-3, run.x)
  local gradient, last, best, calls = x:clone(), nil, math.huge, 0
  optim.lbfgs(function(at)
    gradient:cmul(at, weights)
    calls = calls + 1
    local value = gradient:sum() -- which waits for it
    local now = sys.clock()
    if calls > 102 then best = math.min(best, now - last) end
    last = now
    return value, gradient
  end, x, {maxIter = 106, tolX = -1, tolFun = -1, learningRate = 0.1})
  return best
end

-- The same object on a canvas CANVAS times as wide and high: seconds there, and how many times as many that is.
local CANVAS = 4
local function on_a_large_canvas(name, width, height, runs, params)
  local times
  M.with_inputs(width, height, function(folder)
    M.with_inputs(CANVAS * width, CANVAS * height, function(wide)
      times = seconds_in_turns(runs, {evaluation(ready(name, folder, width, params)),
        evaluation(ready(name, wide, CANVAS * width, params))})
    end, CANVAS)
  end)
  collectgarbage()
  return least(times[2]), times_as_long(times[2], times[1])
end

local function most_bytes(params)
  local devices = params.gpu >= 0 and pen.devices()
  return (select(2, heap.bytes(devices and devices[params.gpu] or pen.cpu)))
end

-- Fills row with the seconds of the pass in this region of the picture, of the whole frame, and of the whole frame with
-- gradients within boxes; on the CPU also of the whole frame's bare convolutions. Returns the run of the whole frame.
local function compare_frames(row, folder, runs, params, part)
  local function frame(kind)
    return ready(row.name, folder, row.width, setmetatable({whole_frame = kind}, {__index = params}))
  end
  local whole, forward = frame(true), frame('forward')
  local actions = {evaluation(part), evaluation(whole), evaluation(forward)}
  if params.gpu < 0 then actions[4] = function() return bare_seconds(whole.net, 1) end end
  local times = seconds_in_turns(runs, actions)
  local off = math.abs(whole.loss - part.loss) / whole.loss
  assert(off < 1e-3, ('the whole frame has a loss of %g, the region %g'):format(whole.loss, part.loss))
  row.seconds, row.whole, row.forward = least(times[1]), least(times[2]), least(times[3])
  row.whole_ratio = times_as_long(times[2], times[1])
  if times[4] then
    row.bare = least(times[4])
    row.bare_ratio, row.forward_ratio = times_as_long(times[2], times[4]), times_as_long(times[3], times[4])
  end
  return whole
end

-- {name, width, height, setup, seconds, peak (bytes, or nil), optimiser, stages, whole, forward (whole frame, gradients
-- within boxes), gflop (of the whole frame), bare (CPU), whole_ratio, bare_ratio, forward_ratio (whole : seconds, whole
-- and forward : bare, taken in turns), torch, canvas, canvas_ratio (seconds on a large canvas, and how many times as
-- long that is as here, in turns; or nil)}.
-- params: gpu, precision, torch (whether to look for PyTorch), canvas (whether to measure there).
function M.run(name, width, height, runs, params)
  local row = {name = name, width = width, height = height}
  M.with_inputs(width, height, function(folder)
    local most_before, began = most_bytes(params), sys.clock()
    local part = ready(name, folder, width, params)
    row.setup, row.moving = sys.clock() - began, part.x:nElement()
    row.optimiser, row.stages = optimiser_seconds(part), stages.run(part, runs)
    local most = select(2, heap.bytes(T.backend(part.x)))
    row.peak = most > most_before and most or nil -- else an earlier measurement took more
    local whole = compare_frames(row, folder, runs, params, part)
    row.gflop = gflop(whole.net)
    if params.torch then row.torch = reference.time(whole, whole.window, params, runs) end
  end)
  if params.canvas then
    row.canvas, row.canvas_ratio = on_a_large_canvas(name, width, height, runs, params)
  end
  return row
end

return M
