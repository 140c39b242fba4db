-- Convolution at VGG-19's shapes: our functions on plain tensors, changes of layout included, beside the bare library
-- on its own layouts. Results are checked before anything is timed.
local ffi = require 'ffi'
local pen = require 'pen.ffi'
local sys = require 'sys'
local vgg = require 'pen.bench.vgg'
local M = {}

local FORWARD, BACKWARD = 0, 1
local b, seconds = pen.cpu, ffi.new('double[1]')

-- Tensors of one shape, the picture being width x height.
local function problem(shape, width, height)
  local w, h = math.ceil(width / shape.shrink), math.ceil(height / shape.shrink)
  return {
    x = vgg.fill(torch.FloatTensor(shape.planes, h, w), 1, -0.2, 1), -- mostly positive, like activations
    y = vgg.fill(torch.FloatTensor(shape.outputs, h, w), 2, -1, 1),
    weight = vgg.fill_weights(torch.FloatTensor(shape.outputs, shape.planes, 3, 3), 3),
    w = w, h = h, gflop = 2 * 9 * shape.planes * shape.outputs * h * w / 1e9,
  }
end

local function ours(p, direction)
  if direction == FORWARD then
    pen.check(b, b.lib.pen_conv_forward(b.ctx, p.y, p.x, p.weight, nil, 1, 1, 1, 1, 0))
  else
    pen.check(b, b.lib.pen_conv_backward_data(b.ctx, p.x, p.y, p.weight, 1, 1, 1, 1))
  end
end

-- Seconds of the library's convolution alone.
local function bare(p, direction, winograd)
  pen.check(b, b.lib.pen_conv_time(b.ctx, seconds, p.x, p.weight, p.y, direction, winograd, 1, 1))
  return seconds[0]
end

-- One element of the result in double. The gradient is the convolution of y with flipped kernels.
local function exact(p, direction, plane, row, column)
  local from, sum = direction == FORWARD and p.x or p.y, 0
  for c = 1, from:size(1) do
    for u = -1, 1 do
      for v = -1, 1 do
        local i, j = row + u, column + v
        if i >= 1 and i <= p.h and j >= 1 and j <= p.w then
          local weight = direction == FORWARD and p.weight[plane][c][u + 2][v + 2] or p.weight[c][plane][2 - u][2 - v]
          sum = sum + from[c][i][j] * weight
        end
      end
    end
  end
  return sum
end

-- Raises an error unless ours, the bare library and (at some positions) the exact result agree. x and y keep their
-- values.
local function verify(p, direction, name)
  local result = direction == FORWARD and p.y or p.x
  local kept = result:clone()
  ours(p, direction)
  local mine = result:clone()
  local tolerance = 2e-5 * mine:norm() / math.sqrt(mine:nElement())
  for winograd = 0, 1 do
    bare(p, direction, winograd)
    local worst = torch.add(result, -1, mine):abs():max()
    assert(worst < tolerance, ('%s: differs from the bare library by %g'):format(name, worst))
  end
  for _, place in ipairs {{1, 1, 1}, {2, p.h, p.w}, {3, math.ceil(p.h / 2), math.ceil(p.w / 3)}} do
    local off = math.abs(mine[place[1]][place[2]][place[3]] - exact(p, direction, unpack(place)))
    assert(off < tolerance, ('%s: differs from the exact result by %g'):format(name, off))
  end
  result:copy(kept)
end

-- Least seconds of ours and of the bare library's faster algorithm, taken in turn.
local function time(p, direction, runs)
  local mine, library = math.huge, math.huge
  for _ = 1, runs do
    local start = sys.clock()
    ours(p, direction)
    mine = math.min(mine, sys.clock() - start)
    for winograd = 0, 1 do library = math.min(library, bare(p, direction, winograd)) end
  end
  return mine, library
end

-- Least seconds of the bare library for one convolution of 3 x 3 on the CPU, forward and its picture's gradient.
function M.bare_seconds(planes, outputs, width, height, runs)
  local p = problem({planes = planes, outputs = outputs, shrink = 1}, width, height)
  local sum = 0
  for _, direction in ipairs {FORWARD, BACKWARD} do
    local best = math.huge
    for _ = 1, runs do
      for winograd = 0, 1 do best = math.min(best, bare(p, direction, winograd)) end
    end
    sum = sum + best
  end
  return sum
end

-- Rates of one direction: {gflop, seconds, bare_seconds, gflops, bare_gflops, ratio}.
local function rates(gflop, mine, library)
  return {gflop = gflop, seconds = mine, bare_seconds = library, gflops = gflop / mine, bare_gflops = gflop / library,
          ratio = library / mine}
end

-- One row per shape and a last one for the network, whose layers count as often as they occur:
-- {name, width, height, forward = rates, backward = rates}.
function M.run(width, height, runs)
  local rows, totals = {}, {{0, 0, 0}, {0, 0, 0}}
  for _, shape in ipairs(vgg.shapes) do
    local p = problem(shape, width, height)
    local row = {name = shape.name, width = p.w, height = p.h}
    for i, direction in ipairs {FORWARD, BACKWARD} do
      verify(p, direction, shape.name)
      local mine, library = time(p, direction, runs)
      row[i == 1 and 'forward' or 'backward'] = rates(p.gflop, mine, library)
      for k, value in ipairs {p.gflop, mine, library} do totals[i][k] = totals[i][k] + shape.layers * value end
    end
    rows[#rows + 1] = row
    collectgarbage()
  end
  rows[#rows + 1] = {name = 'network', width = width, height = height, forward = rates(unpack(totals[1])),
                     backward = rates(unpack(totals[2]))}
  return rows
end

return M
