-- What a run will need of memory, told before it begins. All numbers are bytes; a spec holds them against what runs
-- took. The largest parts are counted from shapes, the rest is measured once and written down here.
local ffi = require 'ffi'
local pen = require 'pen.ffi'
local features = require 'pen.harmonize.features'
local frames = require 'pen.harmonize.frame'
local network = require 'pen.harmonize.network'
local optimise = require 'pen.harmonize.optimise'
local region = require 'pen.harmonize.region'
local M = {}

local FLOAT, INDEX = 4, 8
local VECTORS = 8 -- of L-BFGS, beside the two of each step that it remembers

-- Bytes per pixel of pictures, masks and what their mixing takes: at the working size and at the painting's, while the
-- passes run, and at the painting's while the object's mask is found.
local WORKING, PAINTING, LOADING = 75, 25, 210

local SMALLEST, SMALLEST_TILE = 0.02, 50000 -- scale that is tried, and pixels

-- Scratch memory of a convolution: maps and weights in the library's layouts, and what its algorithm puts down.
local bytes = ffi.new('double[1]')
local function scratch_of(layer, w, h, backward)
  pen.check(pen.cpu, pen.C.pen_conv_scratch(pen.cpu.ctx, bytes, layer.nInputPlane, h, w, layer.nOutputPlane, layer.kW,
                                            backward and 1 or 0))
  return bytes[0]
end

-- Maps of the first layers of cnn over w x h pixels: all of them, the largest, and the most scratch of a convolution,
-- going forward, or back as well.
local function maps_over(cnn, last, w, h, backward)
  local planes, all, largest, scratch = 3, 0, 0, 0
  for i = 1, last do
    local layer = cnn:get(i)
    planes, w, h = layer.nOutputPlane or planes, math.ceil(w / (layer.dW or 1)), math.ceil(h / (layer.dH or 1))
    local map = planes * w * h
    if not layer.inplace then all = all + map * (layer.indices and FLOAT + INDEX or FLOAT) end
    if layer.weight then
      scratch = math.max(scratch, scratch_of(layer, w, h), backward and scratch_of(layer, w, h, true) or 0)
    end
    largest = math.max(largest, FLOAT * map)
  end
  return all, largest, scratch
end

local function weights_of(cnn)
  local sum = 0
  for i = 1, cnn:size() do
    local layer = cnn:get(i)
    if layer.weight then sum = sum + FLOAT * layer.weight:nElement() end
  end
  return sum
end

-- The maps of the named layers for a whole picture.
local function kept(cnn, names, pixels)
  local sum = 0
  for _, i in ipairs(network.numbers(cnn, cnn:size(), {names})) do
    local stride = region.stride_of(cnn, i)
    sum = sum + FLOAT * network.planes(cnn, i) * pixels / stride ^ 2
  end
  return sum
end

-- A pass of passes (M.passes) with sides scaled by s. Matching holds its maps twice: normalised, or another picture's.
local function pass_bytes(passes, p, s)
  local cnn, area = passes.cnn, s ^ 2
  local numbers = network.numbers(cnn, cnn:size(), {p.names})
  local last = math.max(unpack(numbers))
  local all, largest, scratch = maps_over(cnn, last, s * p.w, s * p.h, true)
  local vectors = 2 * (optimise.remembered(p.iterations) + 1) + VECTORS
  local run = all + 2 * largest + scratch + vectors * FLOAT * 3 * area * p.moving
  local _, tile, tile_scratch = maps_over(cnn, last, features.tile_size(cnn, numbers, s * passes.w, s * passes.h))
  return math.max(run, 2 * tile + tile_scratch + 2 * kept(cnn, p.whole, area * passes.w * passes.h))
end

-- What M.fit needs to know of passes over these pictures (pictures.assemble's). layers: for each pass {names = of all
-- layers it looks at, whole = of those whose maps of the whole painting it holds while it matches, iterations}.
function M.passes(pics, cnn, layers)
  local list, loose = {}, pics.masks.loose
  for i, pass in ipairs(layers) do
    local last = math.max(unpack(network.numbers(cnn, cnn:size(), {pass.names})))
    local r = frames.new(cnn, last, {pass.names}, loose, pics.dtype).region
    list[i] = {names = pass.names, whole = pass.whole, iterations = pass.iterations, moving = loose:gt(0):sum(),
      w = r.right - r.left, h = r.bottom - r.top}
  end
  return {list = list, cnn = cnn, w = loose:size(2), h = loose:size(1)}
end

-- The pictures of a working size of so many pixels.
function M.pictures(pixels) return WORKING * pixels end

-- A whole run, of a painting of so many pixels, with the sides of the working size scaled by s.
local function need(passes, painting_pixels, s)
  local most = 0
  for _, p in ipairs(passes.list) do most = math.max(most, pass_bytes(passes, p, s)) end
  local running = weights_of(passes.cnn) + most + M.pictures(s ^ 2 * passes.w * passes.h) + PAINTING * painting_pixels
  return math.max(LOADING * painting_pixels, running)
end

-- The largest scale below 1 at which a run stays within limit, or nil.
local function fitting(limit, passes, painting_pixels)
  if need(passes, painting_pixels, SMALLEST) > limit then return nil end
  local low, high = SMALLEST, 1
  for _ = 1, 20 do
    local middle = (low + high) / 2
    if need(passes, painting_pixels, middle) <= limit then low = middle else high = middle end
  end
  return low
end

-- Makes a run stay within limit bytes (0: none), by smaller tiles (features.TILE), or raises an error that says which
-- size would fit. passes: M.passes'. Returns the bytes that it needs.
function M.fit(limit, passes, painting_pixels)
  local bytes = need(passes, painting_pixels, 1)
  while limit > 0 and bytes > limit and features.TILE / 2 >= SMALLEST_TILE do
    features.TILE = features.TILE / 2
    bytes = need(passes, painting_pixels, 1)
  end
  if limit == 0 or bytes <= limit then return bytes end
  local scale = fitting(limit, passes, painting_pixels)
  error(('-max_memory %g: this run needs about %.2g GB; %s'):format(limit / 1e9, bytes / 1e9, scale and
    ('-image_size %d would fit'):format(math.floor(scale * math.max(passes.w, passes.h))) or
    'no working size would do: the painting and the network alone take more'))
end

return M
