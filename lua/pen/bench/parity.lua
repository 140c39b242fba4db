-- What a GPU computes beside the CPU: losses and gradients where both begin, the picture after some iterations, and
-- whether an evaluation recorded as a graph gives the bits of a plain one. Full-width VGG-19 with random weights.
local graph = require 'pen.graph'
local optimise = require 'pen.harmonize.optimise'
local passes = require 'pen.bench.passes'
local pen = require 'pen.ffi'
local M = {}

local ITERATIONS = 50

local function cosine(a, b) return a:dot(b) / (a:norm() * b:norm()) end

-- {loss, gradient, picture} of a run on the CPU (gpu = -1) or a GPU, on the host.
local function results(name, folder, size, gpu, precision, iterations)
  local run = passes.prepare(name, folder, size, {gpu = gpu, precision = precision})
  optimise.start(run)
  local loss, gradient = run.evaluate()
  gradient = gradient:double()
  optimise.advance(run, iterations, function() end)
  return {loss = loss, gradient = gradient, picture = run.render(run.img):double()}
end

-- Decibels between two pictures, over the pixels where one of them and the start differ.
local function psnr(a, b, start)
  local moved = torch.ne(a, start):add(torch.ne(b, start)):gt(0):double()
  local error_ = torch.cmul(a - b, moved)
  return 10 * math.log10(moved:sum() / math.max(error_:dot(error_), 1e-30))
end

-- Whether a recorded evaluation and a plain one lead to the same picture, to the bit.
local function same_as_graph(name, folder, size, gpu)
  local pictures = {}
  for i, enabled in ipairs {true, false} do
    graph.enabled = enabled
    pictures[i] = results(name, folder, size, gpu, 'fp32', 10).picture
  end
  graph.enabled = true
  return (pictures[1] - pictures[2]):abs():max() == 0
end

-- A list of {name, precision, loss_off (relative), one_minus_cosine, psnr}, and {name, graph_same}.
function M.run(size, gpu)
  local rows = {}
  passes.with_inputs(size, size, function(folder)
    local start = image.load(folder .. '/naive.png', 3):double()
    for _, name in ipairs {'pass1', 'pass2'} do
      local host = results(name, folder, size, -1, 'fp32', ITERATIONS)
      for _, precision in ipairs {'fp32', 'tf32', 'bf16'} do
        local device = results(name, folder, size, gpu, precision, ITERATIONS)
        rows[#rows + 1] = {
          name = name, precision = precision, loss_off = math.abs(device.loss / host.loss - 1),
          one_minus_cosine = 1 - cosine(device.gradient, host.gradient),
          psnr = psnr(device.picture, host.picture, start),
        }
      end
      rows[#rows + 1] = {name = name, graph_same = same_as_graph(name, folder, size, gpu)}
    end
  end)
  pen.set_precision(pen.cpu, 'fast')
  return rows
end

return M
