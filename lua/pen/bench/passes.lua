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

-- The least seconds of an evaluation of each of these runs, which take turns, the first three not counted; and the
-- last run's loss.
local function evaluation_seconds(runs, ...)
  local list, least, loss = {...}, {}, nil
  for i = 1, runs + 3 do
    for k, run in ipairs(list) do
      local start = sys.clock()
      loss = run.evaluate() -- which waits for it
      if i > 3 then least[k] = math.min(least[k] or math.huge, sys.clock() - start) end
    end
  end
  return least, loss
end

-- A run that is ready, with its seconds: {run, setup, seconds (the least of an evaluation's), loss}.
local function measured(name, folder, size, params, runs)
  local began = sys.clock()
  local run = ready(name, folder, size, params)
  local setup = sys.clock() - began
  local least, loss = evaluation_seconds(runs, run)
  return {run = run, setup = setup, seconds = least[1], loss = loss}
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
  local least
  M.with_inputs(width, height, function(folder)
    M.with_inputs(CANVAS * width, CANVAS * height, function(wide)
      least = evaluation_seconds(runs, ready(name, folder, width, params),
        ready(name, wide, CANVAS * width, params))
    end, CANVAS)
  end)
  collectgarbage()
  return least[2], least[2] / least[1]
end

local function most_bytes(params)
  local devices = params.gpu >= 0 and pen.devices()
  return (select(2, heap.bytes(devices and devices[params.gpu] or pen.cpu)))
end

-- {name, width, height, setup, seconds, peak (bytes, or nil), optimiser, stages, whole, forward (whole frame, gradients
-- within boxes), gflop (of the whole frame), bare (CPU), torch, canvas, canvas_ratio (seconds on a large canvas, and
-- how many times as long that is as here, in turns; or nil)}.
-- params: gpu, precision, torch (whether to look for PyTorch), canvas (whether to measure there).
function M.run(name, width, height, runs, params)
  local row, most_before = {name = name, width = width, height = height}, nil
  M.with_inputs(width, height, function(folder)
    most_before = most_bytes(params)
    local part = measured(name, folder, width, params, runs)
    row.setup, row.seconds, row.moving = part.setup, part.seconds, part.run.x:nElement()
    row.optimiser = optimiser_seconds(part.run)
    row.stages = stages.run(part.run, runs)
    local most = select(2, heap.bytes(T.backend(part.run.x)))
    row.peak = most > most_before and most or nil -- else an earlier measurement took more
    part.run = nil
    collectgarbage()
    local whole = measured(name, folder, width, setmetatable({whole_frame = true}, {__index = params}), runs)
    local off = math.abs(whole.loss - part.loss) / whole.loss
    assert(off < 1e-3, ('the whole frame has a loss of %g, the region %g'):format(whole.loss, part.loss))
    row.whole, row.gflop = whole.seconds, gflop(whole.run.net)
    if params.gpu < 0 then row.bare = bare_seconds(whole.run.net, runs) end
    local forward = measured(name, folder, width, setmetatable({whole_frame = 'forward'}, {__index = params}), runs)
    row.forward = forward.seconds
    if params.torch then row.torch = reference.time(whole.run, whole.run.window, params, runs) end
  end)
  if params.canvas then
    row.canvas, row.canvas_ratio = on_a_large_canvas(name, width, height, runs, params)
  end
  return row
end

return M
