-- Where the time of an evaluation goes: the layers of a network by kind, each timed alone, with its result waited for.
local Box = require 'nn.box'
local sys = require 'sys'
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local M = {}

-- Least seconds of action() in some calls, until its work is done.
local function least(backend, times, action)
  local best = math.huge
  for _ = 1, times do
    local start = sys.clock()
    action()
    pen.check(backend, backend.lib.pen_ctx_sync(backend.ctx))
    best = math.min(best, sys.clock() - start)
  end
  return best
end

-- A list of {kind, forward, backward} in seconds, the longest first, for the network of a run that has been started. A
-- ReLU behind a convolution is timed by itself here; in an evaluation the two are one step.
function M.run(run, times)
  local backend, inputs, list, x = T.backend(run.window), {}, {}, run.window
  local function stage_of(module)
    local kind = torch.type(module):match('[^.]+$')
    if not list[kind] then
      list[kind] = {kind = kind, forward = 0, backward = 0}
      list[#list + 1] = list[kind]
    end
    return list[kind]
  end
  for i, module in ipairs(run.net.modules) do
    inputs[i] = x
    local stage = stage_of(module)
    stage.forward = stage.forward + least(backend, times, function() x = module:updateOutput(inputs[i]) end)
  end
  local gradient = x.new(#x):fill(1e-3)
  local box = Box.whole(gradient)
  for i = #run.net.modules, 1, -1 do
    local module, given, within = run.net.modules[i], gradient, box
    local stage = stage_of(module)
    stage.backward = stage.backward +
      least(backend, times, function() gradient, box = module:gradInputWithin(inputs[i], given, within) end)
  end
  table.sort(list, function(a, b) return a.forward + a.backward > b.forward + b.backward end)
  return {unpack(list)}
end

return M
