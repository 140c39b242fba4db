-- The optimisation that both passes share: evaluates the network, prints losses, saves pictures, shows progress.
local ffi = require 'ffi'
local sys = require 'sys'
local pictures = require 'pen.harmonize.pictures'
local M = {}

ffi.cdef 'int isatty(int fd);'
local STDERR = 2

local function clock_text(seconds)
  if seconds < 90 then return ('%d s'):format(seconds) end
  if seconds < 5400 then return ('%d min'):format(seconds / 60 + 0.5) end
  return ('%.1f h'):format(seconds / 3600)
end

-- One line on stderr: on a terminal at each iteration, rewritten in place; else at the end and every ten seconds.
local function progress_meter(total)
  local started, shown, terminal = sys.clock(), sys.clock(), ffi.C.isatty(STDERR) == 1
  return function(t, loss)
    local now = sys.clock()
    if not terminal and t < total and now - shown < 10 then return end
    shown = now
    local each = (now - started) / t
    io.stderr:write(('%siteration %d/%d  loss %.4g  %.2f s each  %s left%s'):format(terminal and '\r' or '', t, total,
      loss, each, clock_text(each * (total - t)), (terminal and t < total) and '    ' or '\n'))
  end
end

local function print_losses(t, run, total)
  print(('Iteration %d / %d'):format(t, run.num_iterations))
  for _, group in ipairs(run.losses) do
    for i, module in ipairs(group) do print(('  %s %d loss: %f'):format(group.label, i, module.loss)) end
  end
  print(('  Total loss: %f'):format(total))
end

local function total_loss(run)
  local sum = 0
  for _, group in ipairs(run.losses) do
    for _, module in ipairs(group) do sum = sum + module.loss end
  end
  return sum
end

local function check_finite(loss, t)
  if loss == loss and math.abs(loss) < math.huge then return end
  error(('the loss became %s at evaluation %d: the pictures, the masks or the weights hold values out of range'):format(
    tostring(loss), t))
end

-- Returns feval(x) -> loss, gradient (a vector). Only pixels under the loose mask move.
function M.evaluator(run)
  local top = run.net:forward(run.img)
  local dy = top.new(#top):zero() -- all gradient comes from the loss modules
  local mask = run.mask:type(run.img:type())
  mask = mask:view(1, mask:size(1), mask:size(2)):expandAs(run.img)
  return function(x)
    run.net:forward(x)
    local grad = run.net:updateGradInput(x, dy):cmul(mask)
    return total_loss(run), grad:view(grad:nElement())
  end
end

-- Where the optimisation starts: the naive composite, or small noise.
local function initial(params, content)
  if params.seed >= 0 then torch.manualSeed(params.seed) end
  if params.init == 'random' then return torch.randn(content:size()):type(content:type()):mul(0.001) end
  return content:clone()
end

-- What M.run and M.evaluator take: the network with its losses ({label =, module, ...} lists), the picture that moves,
-- where it may change, and how to run. lbfgs: its options beyond the number of iterations.
function M.describe(params, pics, net, losses, lbfgs)
  lbfgs.maxIter, lbfgs.verbose = params.num_iterations, true
  return {
    net = net, losses = losses, img = initial(params, pics.content), mask = pics.masks.loose,
    num_iterations = params.num_iterations, print_iter = params.print_iter, save_iter = params.save_iter,
    output_image = params.output_image, optimizer = params.optimizer,
    optim_state = params.optimizer == 'lbfgs' and lbfgs or {learningRate = params.learning_rate},
    render = function(img)
      local picture = pictures.composite(img, pics.style, pics.masks.blurred)
      return params.original_colors == 1 and pictures.original_colors(pics.composite, picture) or picture
    end,
  }
end

-- Optimises, printing losses and saving pictures as asked. The last picture is saved even after an early stop. Returns
-- the number of evaluations.
function M.run(run)
  local evaluate, meter = M.evaluator(run), progress_meter(run.num_iterations)
  local calls, saved = 0, false
  local function feval(x)
    calls = calls + 1
    local loss, grad = evaluate(x)
    check_finite(loss, calls)
    if run.print_iter > 0 and calls % run.print_iter == 0 then print_losses(calls, run, loss) end
    meter(calls, loss)
    saved = calls == run.num_iterations
    if saved then
      image.save(run.output_image, run.render(x))
    elseif run.save_iter > 0 and calls % run.save_iter == 0 then
      image.save(pictures.numbered_name(run.output_image, calls), run.render(x))
    end
    return loss, grad
  end
  if run.optimizer == 'lbfgs' then
    print('Running optimization with L-BFGS')
    optim.lbfgs(feval, run.img, run.optim_state)
  else
    print('Running optimization with ADAM')
    for _ = 1, run.num_iterations do optim.adam(feval, run.img, run.optim_state) end
  end
  if not saved then image.save(run.output_image, run.render(run.img)) end -- stopped early
  return calls
end

return M
