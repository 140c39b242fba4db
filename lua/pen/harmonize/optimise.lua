-- The optimisation that both passes share: evaluates the network with its losses and moves the pixels under the loose
-- mask, all at once or a few iterations at a time.
local Box = require 'nn.box'
local focus = require 'nn.focus'
local graph = require 'pen.graph'
local heap = require 'pen.heap'
local network = require 'pen.harmonize.network'
local pictures = require 'pen.harmonize.pictures'
local progress = require 'pen.harmonize.progress'
local T = require 'torch.tensor'
local M = {}

local function print_losses(t, run, total)
  run.say(('Iteration %d / %d'):format(t, run.num_iterations))
  for _, group in ipairs(run.losses) do
    for i, module in ipairs(group) do run.say(('  %s %d loss: %f'):format(group.label, i, module.loss)) end
  end
  run.say(('  Total loss: %f'):format(total))
end

-- L-BFGS takes its steps without looking whether they pay, and now and then, mostly long after it has converged, one
-- leads nowhere. Beyond so many times the first loss it begins anew, from the best picture so far.
local OUT_OF_BOUNDS = 1e3
local diverged = {} -- what is raised then, through optim.lbfgs

local function check_loss(run, loss)
  local best = run.best
  if loss == loss and loss < OUT_OF_BOUNDS * (best and best.first or math.huge) then
    run.best = best or {first = loss, loss = math.huge, x = run.x:clone()}
    if loss < run.best.loss then
      run.best.loss = loss
      run.best.x:copy(run.x)
    end
  elseif best then
    error(diverged)
  else
    error(('the first loss is %s: the pictures, the masks or the weights hold values out of range'):format(loss))
  end
end

local function begin_anew(run)
  run.say(('Diverged at evaluation %d; going on from the best so far'):format(run.done))
  run.restarts = (run.restarts or 0) + 1
  run.x:copy(run.best.x)
  for _, name in ipairs {'history', 'd', 'g_old', 'f_old', 't', 'Hdiag', 'nIter'} do run.optim_state[name] = nil end
end

-- Returns evaluate() -> loss, gradient (a vector) for what window holds: the frame's region of a picture, contiguous.
-- The gradient is zero outside the loose mask, and stays where it is.
local function window_evaluator(run, window)
  local top = run.net:forward(window)
  local dy = top.new(#top):zero() -- all gradient comes from the loss modules
  local mask = run.frame:pixels()
  if not run.everywhere and not run.focused then
    focus.prepare(run.net, window, mask)
    run.focused = true
  end
  mask = mask:view(1, mask:size(1), mask:size(2)):expandAs(window)
  local gradient = window.new(#window):zero()
  local compute = graph.repeated(T.backend(window), function()
    run.net:forward(window)
    if run.everywhere then
      gradient:copy(run.net:updateGradInput(window, dy)):cmul(mask)
    else
      local part, box = focus.gradient(run.net, window, dy)
      Box.part(box, gradient):copy(part):cmul(Box.part(box, mask))
    end
  end)
  return function()
    compute()
    return run.total_loss(), gradient:view(gradient:nElement())
  end
end

-- The same for whole pictures of run.img's size.
function M.evaluator(run)
  local window, whole = run.frame:part(run.img):clone(), run.img:clone():zero()
  local evaluate, part = window_evaluator(run, window), run.frame:part(whole)
  return function(x)
    window:copy(run.frame:part(x))
    local loss, gradient = evaluate()
    part:copy(gradient:view(window:size(1), window:size(2), window:size(3)))
    return loss, whole:view(whole:nElement())
  end
end

-- Where the optimisation starts: the naive composite, or small noise.
local function initial(params, pics)
  if params.seed >= 0 then torch.manualSeed(params.seed) end
  if params.init == 'random' then return torch.randn(pics.composite:size()):type(pics.dtype):mul(0.001) end
  return pictures.seen(pics, 'composite')
end

-- What M.run and M.evaluator take: the network with its losses ({label =, module, ...} lists), the picture that moves,
-- the frame that is computed, and how to run. params.whole_frame: true = plainly, everywhere; 'forward' = gradients are
-- still those within the masks' boxes. lbfgs: its options beyond the number of iterations.
function M.describe(params, pics, net, losses, frame, lbfgs)
  local img = initial(params, pics)
  lbfgs.verbose = params.say == print
  network.share_gradients(net, img)
  frame:forget_masks()
  local modules = {}
  for _, group in ipairs(losses) do
    for _, module in ipairs(group) do modules[#modules + 1] = module end
  end
  return {
    net = net, losses = losses, total_loss = nn.MaskedLoss.meter(modules), frame = frame,
    everywhere = params.whole_frame == true,
    img = img,
    num_iterations = params.num_iterations, print_iter = params.print_iter, save_iter = params.save_iter,
    output_image = params.output_image, optimizer = params.optimizer, say = params.say,
    optim_state = params.optimizer == 'lbfgs' and lbfgs or {learningRate = params.learning_rate},
    render = function(img)
      local picture = pictures.composite(img, pictures.seen(pics, 'painting'), pics.masks.blurred, pics.composite)
      return params.original_colors == 1 and pictures.original_colors(pics.composite, picture) or picture
    end,
  }
end

-- Steps that L-BFGS remembers of so many.
function M.remembered(iterations) return math.min(100, iterations) end

-- Readies a run for M.advance. run.window: the region of the picture, where it is computed; run.x: its elements that
-- may move, as a vector; run.done: evaluations so far.
function M.start(run)
  heap.trim(T.backend(run.img)) -- what setting up took
  local frame = run.frame
  run.part = frame:part(run.img)
  run.window = run.part:clone()
  local movable = frame:pixels():gt(0):byte()
  movable = movable:view(1, movable:size(1), movable:size(2)):expandAs(run.window):contiguous()
  local places = torch.range(1, run.window:nElement()):long():maskedSelect(movable:view(movable:nElement()))
  run.places = places:type(T.sibling(run.img, 'Long').typename)
  run.pixels = run.window:view(run.window:nElement())
  run.x = run.pixels:gather(1, run.places)
  run.gradient = run.x:clone()
  if run.optimizer == 'lbfgs' then run.optim_state.nCorrection = M.remembered(run.num_iterations) end
  run.evaluate, run.done = window_evaluator(run, run.window), 0
end

-- The picture takes x.
local function show(run, x)
  run.pixels:scatter(1, run.places, x)
  run.part:copy(run.window)
end

-- So many more iterations, of one evaluation each. Several calls do what one call with the sum would do, to the bit.
-- watch(t, loss) is called after each evaluation, when run.img holds the picture it saw. Returns true when L-BFGS
-- stopped early. run.restarts counts how often it has diverged.
function M.advance(run, iterations, watch)
  local goal = run.done + iterations
  local function feval(x)
    show(run, x)
    local loss, gradient = run.evaluate()
    run.done = run.done + 1
    check_loss(run, loss)
    torch.gather(run.gradient, gradient, 1, run.places)
    watch(run.done, loss)
    return loss, run.gradient
  end
  local function steps()
    if run.optimizer == 'lbfgs' then
      run.optim_state.maxIter = goal - run.done
      optim.lbfgs(feval, run.x, run.optim_state)
    else
      while run.done < goal do optim.adam(feval, run.x, run.optim_state) end
    end
  end
  repeat
    local ok, problem = pcall(steps)
    if problem == diverged then begin_anew(run) elseif not ok then error(problem, 0) end
  until ok or run.done == goal
  show(run, run.x)
  return run.done < goal
end

-- Gives back what only the iterations needed; run.img stays.
function M.finish(run)
  for _, name in ipairs {'optim_state', 'evaluate', 'gradient', 'window', 'pixels', 'places', 'x', 'best'} do
    run[name] = nil
  end
  heap.trim(T.backend(run.img))
end

-- Optimises, printing losses and saving pictures as asked. The last picture is saved even after an early stop. Returns
-- the number of evaluations.
function M.run(run)
  local total = run.num_iterations
  local meter = progress.meter(total)
  local function watch(t, loss)
    if run.print_iter > 0 and t % run.print_iter == 0 then print_losses(t, run, loss) end
    meter(t, loss)
    if t == total then
      image.save(run.output_image, run.render(run.img))
    elseif run.save_iter > 0 and t % run.save_iter == 0 then
      image.save(pictures.numbered_name(run.output_image, t), run.render(run.img))
    end
  end
  M.start(run)
  run.say('Running optimization with ' .. (run.optimizer == 'lbfgs' and 'L-BFGS' or 'ADAM'))
  if M.advance(run, total, watch) then image.save(run.output_image, run.render(run.img)) end
  return run.done
end

return M
