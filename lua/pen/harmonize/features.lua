-- Feature maps of pictures of any size. The network runs over bands of rows, each with the rows around it that its
-- windows see, so that memory follows what is asked for and not the picture. The maps are those of the whole picture.
local heap = require 'pen.heap'
local network = require 'pen.harmonize.network'
local region = require 'pen.harmonize.region'
local M = {}

M.BAND = 400000 -- pixels of a band, about, without what is around it

-- Rows of a band of a picture w pixels wide: whole strides of the last layer.
local function rows_of(cnn, last, w)
  local step = region.stride_of(cnn, last)
  return math.max(1, math.floor(M.BAND / w / step)) * step
end

-- Rows of a band, with those around it, of a picture of w x h pixels; numbers: the layers it is computed for.
function M.band_rows(cnn, numbers, w, h)
  local rows = rows_of(cnn, math.max(unpack(numbers)), w)
  local far = 1000 * rows -- from any border
  local from, to = region.around(cnn, numbers, far, far + rows, math.huge)
  return math.min(h, to - from)
end

-- Runs the first layers over a picture, in two buffers that take turns; visit(i, map) sees every layer's map, and must
-- copy what it keeps.
local function walk(cnn, last, picture, visit)
  local spare, x, turn = {picture.new(1), picture.new(1)}, picture, 1
  for i = 1, last do
    local layer = cnn:get(i)
    if not layer.inplace then
      layer.output:set(spare[turn])
      turn = 3 - turn
    end
    x = layer:forward(x)
    visit(i, x)
  end
  for i = 1, last do cnn:get(i):clearState() end
end

-- Calls visit(i, map, first) with rows first .. first + map:size(2) - 1 of the maps of the layers that numbers lists,
-- band after band from the top. wanted(i, first, count), or nil, tells whether rows of layer i are needed: bands of
-- which nothing is needed are not computed.
local function each_band(cnn, numbers, picture, visit, wanted)
  local last, h, w = math.max(unpack(numbers)), picture:size(2), picture:size(3)
  local rows, listed = rows_of(cnn, last, w), {}
  for _, i in ipairs(numbers) do listed[i] = true end
  for top = 0, h - 1, rows do
    local bottom, needed = math.min(h, top + rows), not wanted
    for _, i in ipairs(numbers) do
      local stride = region.stride_of(cnn, i)
      needed = needed or wanted(i, top / stride + 1, math.ceil(bottom / stride) - top / stride)
    end
    if needed then
      local from, to = region.around(cnn, numbers, top, bottom, h)
      walk(cnn, last, picture:narrow(2, from + 1, to - from):contiguous(), function(i, map)
        if not listed[i] then return end
        local stride = region.stride_of(cnn, i)
        local first, count = top / stride, math.ceil(bottom / stride) - top / stride
        visit(i, map:narrow(2, first - from / stride + 1, count), first + 1)
      end)
    end
  end
  heap.collect() -- the buffers
end

local function names_of(cnn, numbers, by_number)
  local by_name = {}
  for _, i in ipairs(numbers) do by_name[cnn:get(i).name] = by_number[i] end
  return by_name
end

-- The maps of the layers that names lists, for a picture as the network sees it (3 x H x W): name -> C x h x w of the
-- picture's type.
function M.maps(cnn, names, picture)
  local numbers, maps = network.numbers(cnn, cnn:size(), {names}), {}
  each_band(cnn, numbers, picture, function(i, map, first)
    if not maps[i] then
      local height = math.ceil(picture:size(2) / region.stride_of(cnn, i))
      maps[i] = picture.new(map:size(1), height, map:size(3))
    end
    maps[i]:narrow(2, first, map:size(2)):copy(map)
  end)
  return names_of(cnn, numbers, maps)
end

-- Features at places alone. masks: name -> H x W (host) of layer of that name. Returns name -> C x 1 x n, the positions
-- where the mask is not 0, in row-major order.
function M.at(cnn, masks, picture)
  local names, filled, columns = {}, {}, {}
  for name in pairs(masks) do names[#names + 1] = name end
  local numbers = network.numbers(cnn, cnn:size(), {names})
  local function mask_of(i, first, count) return masks[cnn:get(i).name]:narrow(1, first, count) end
  local function wanted(i, first, count) return mask_of(i, first, count):max() > 0 end
  each_band(cnn, numbers, picture, function(i, map, first)
    local chosen = mask_of(i, first, map:size(2)):ne(0)
    local n, c = chosen:sum(), map:size(1)
    if n == 0 then return end
    local places = torch.range(1, chosen:nElement()):long():maskedSelect(chosen:view(-1))
    local flat = map:contiguous():view(c, chosen:nElement())
    columns[i] = columns[i] or picture.new(c, 1, masks[cnn:get(i).name]:ne(0):sum())
    local at = filled[i] or 0
    columns[i]:select(2, 1):narrow(2, at + 1, n):copy(flat:index(2, places))
    filled[i] = at + n
  end, wanted)
  return names_of(cnn, numbers, columns)
end

return M
