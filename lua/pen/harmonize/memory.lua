-- What a run will need of memory, told before it begins. All numbers are bytes; a spec holds them against what runs
-- took. The largest parts are counted from shapes, the rest is measured once and written down here.
local features = require 'pen.harmonize.features'
local frames = require 'pen.harmonize.frame'
local network = require 'pen.harmonize.network'
local region = require 'pen.harmonize.region'
local M = {}

local FLOAT, INDEX = 4, 8
local PAIRS = 100 -- of L-BFGS, two vectors each; and some more vectors of that length

-- Scratch memory of a convolution, in units of its two maps: they are copied into other layouts, and from some width on
-- Winograd's transforms of both, 36 numbers for 16, are kept whole; so are those of its weights, 36 for 9.
local NARROW, WIDE, WIDE_FROM = 1.2, 3.4, 128

-- Bytes per pixel of pictures, masks and what their mixing takes: at the working size, and at the painting's.
local WORKING, PAINTING = 250, 60

local SMALLEST, NARROWEST_BAND = 0.02, 50000 -- scale that is tried, and pixels

-- Maps of the first layers of cnn over `pixels` pixels: all of them, the largest, and the
-- most scratch of a convolution.
local function maps_over(cnn, last, pixels)
  local planes, positions, all, largest, scratch = 3, pixels, 0, 0, 0
  for i = 1, last do
    local layer, before = cnn:get(i), planes * positions
    planes, positions = layer.nOutputPlane or planes, positions / ((layer.dW or 1) * (layer.dH or 1))
    local map, weights = planes * positions, layer.weight and layer.weight:nElement() or 0
    if not layer.inplace then all = all + map * (layer.indices and FLOAT + INDEX or FLOAT) end
    if layer.weight then
      local factor = math.max(planes, layer.nInputPlane) >= WIDE_FROM and WIDE or NARROW
      scratch = math.max(scratch, FLOAT * (factor * (before + map) + 4 * weights))
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
  local all, largest, scratch = maps_over(cnn, last, area * p.computed)
  local run = all + 2 * largest + scratch + (2 * PAIRS + 8) * FLOAT * 3 * area * p.moving
  local _, band, band_scratch = maps_over(cnn, last, features.band_pixels(cnn, numbers, s * passes.w, s * passes.h))
  return math.max(run, 2 * band + band_scratch + 2 * kept(cnn, p.whole, area * passes.w * passes.h))
end

-- What M.fit needs to know of passes over these pictures (pictures.assemble's). layers: for each pass {names = of all
-- layers it looks at, whole = of those whose maps of the whole painting it holds while it matches}.
function M.passes(pics, cnn, layers)
  local list, loose = {}, pics.masks.loose
  for i, pass in ipairs(layers) do
    local last = math.max(unpack(network.numbers(cnn, cnn:size(), {pass.names})))
    local r = frames.new(cnn, last, {pass.names}, loose, pics.content:type()).region
    list[i] = {names = pass.names, whole = pass.whole, moving = loose:gt(0):sum(),
      computed = (r.right - r.left) * (r.bottom - r.top)}
  end
  return {list = list, cnn = cnn, w = loose:size(2), h = loose:size(1)}
end

-- A whole run, of a painting of so many pixels, with the sides of the working size scaled by s.
local function need(passes, painting_pixels, s)
  local most = 0
  for _, p in ipairs(passes.list) do most = math.max(most, pass_bytes(passes, p, s)) end
  return weights_of(passes.cnn) + most + WORKING * s ^ 2 * passes.w * passes.h + PAINTING * painting_pixels
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

-- Makes a run stay within limit bytes (0: none), by narrower bands (features.BAND), or raises an error that says which
-- size would fit. passes: M.passes'. Returns the bytes that it needs.
function M.fit(limit, passes, painting_pixels)
  local bytes = need(passes, painting_pixels, 1)
  while limit > 0 and bytes > limit and features.BAND / 2 >= NARROWEST_BAND do
    features.BAND = features.BAND / 2
    bytes = need(passes, painting_pixels, 1)
  end
  if limit == 0 or bytes <= limit then return bytes end
  local scale = fitting(limit, passes, painting_pixels)
  error(('-max_memory %g: this run needs about %.2g GB; %s'):format(limit / 1e9, bytes / 1e9, scale and
    ('-image_size %d would fit'):format(math.floor(scale * math.max(passes.w, passes.h))) or
    'no working size would do: the painting and the network alone take more'))
end

return M
