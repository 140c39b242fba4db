-- Feature maps of pictures of any size. The network runs over tiles, each with what its windows see around it, so that
-- memory follows what is asked for and not the picture. The maps are those of the whole picture.
local Box = require 'nn.box'
local heap = require 'pen.heap'
local network = require 'pen.harmonize.network'
local region = require 'pen.harmonize.region'
local T = require 'torch.tensor'
local M = {}

M.TILE = 400000 -- pixels of a tile, about, without what is around it

-- Columns and rows of a tile of a picture w pixels wide: whole strides of the last layer, and as good as square.
local function tile_of(cnn, last, w)
  local step = region.stride_of(cnn, last)
  local function stepped(n) return math.max(1, math.floor(n / step)) * step end
  local across = math.max(1, math.floor(w / math.sqrt(M.TILE) + 0.5))
  local columns = across == 1 and w or math.min(w, stepped(w / across) + step)
  return columns, stepped(M.TILE / columns)
end

-- Width and height of the largest tile, with what is around it, of a picture of w x h pixels; numbers: the layers it is
-- computed for.
function M.tile_size(cnn, numbers, w, h)
  local columns, rows = tile_of(cnn, math.max(unpack(numbers)), w)
  local function with_margins(dim, size, n)
    local far = 1000 * n -- from any border
    local from, to = region.around(cnn, numbers, dim, far, far + n, math.huge)
    return math.min(size, to - from)
  end
  return columns == w and w or with_margins(2, w, columns), with_margins(1, h, rows)
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
  cnn:clearState() -- its own output, too, which is the last layer's
end

-- A box of pixels as one of layer i's positions.
local function at_layer(cnn, i, box)
  local stride = region.stride_of(cnn, i)
  return {left = box.left / stride, top = box.top / stride, right = math.ceil(box.right / stride),
    bottom = math.ceil(box.bottom / stride)}
end

-- What the layers' positions over a tile see of a picture.
local function around(cnn, numbers, tile, whole)
  local left, right = region.around(cnn, numbers, 2, tile.left, tile.right, whole.right)
  local top, bottom = region.around(cnn, numbers, 1, tile.top, tile.bottom, whole.bottom)
  return {left = left, top = top, right = right, bottom = bottom}
end

-- Calls visit(i, map, box) with the parts in box of the maps of the layers that numbers lists, tile after tile.
-- wanted(i, box), or nil, tells whether a part of layer i is needed: tiles of which nothing is needed are not computed.
local function each_tile(cnn, numbers, picture, visit, wanted)
  local last, whole, listed = math.max(unpack(numbers)), Box.whole(picture), {}
  local columns, rows = tile_of(cnn, last, whole.right)
  for _, i in ipairs(numbers) do listed[i] = true end
  local function run(tile)
    local seen = around(cnn, numbers, tile, whole)
    walk(cnn, last, Box.part(seen, picture):contiguous(), function(i, map)
      if not listed[i] then return end
      local box = at_layer(cnn, i, tile)
      visit(i, Box.part(Box.inside(box, at_layer(cnn, i, seen)), map), box)
    end)
  end
  heap.trim(T.backend(picture)) -- scratch memory grows without a look at what could be collected
  for top = 0, whole.bottom - 1, rows do
    for left = 0, whole.right - 1, columns do
      local tile = {left = left, top = top, right = math.min(whole.right, left + columns),
        bottom = math.min(whole.bottom, top + rows)}
      local needed = not wanted
      for _, i in ipairs(numbers) do needed = needed or wanted(i, at_layer(cnn, i, tile)) end
      if needed then run(tile) end
    end
  end
  heap.trim(T.backend(picture)) -- the buffers
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
  each_tile(cnn, numbers, picture, function(i, map, box)
    if not maps[i] then
      local whole = at_layer(cnn, i, Box.whole(picture))
      maps[i] = picture.new(map:size(1), whole.bottom, whole.right)
    end
    Box.part(box, maps[i]):copy(map)
  end)
  return names_of(cnn, numbers, maps)
end

-- Features at places alone. masks: name -> H x W (host) of layer of that name. Returns name -> C x 1 x n, the positions
-- where the mask is not 0: tile after tile, in row-major order in each.
function M.at(cnn, masks, picture)
  local names, filled, columns = {}, {}, {}
  for name in pairs(masks) do names[#names + 1] = name end
  local numbers = network.numbers(cnn, cnn:size(), {names})
  local function mask_of(i) return masks[cnn:get(i).name] end
  local function wanted(i, box) return Box.part(box, mask_of(i)):max() > 0 end
  each_tile(cnn, numbers, picture, function(i, map, box)
    local chosen = Box.part(box, mask_of(i)):ne(0):view(-1)
    local n, c, at = chosen:sum(), map:size(1), filled[i] or 0
    if n == 0 then return end
    local places = torch.range(1, chosen:nElement()):long():maskedSelect(chosen)
    columns[i] = columns[i] or picture.new(c, 1, mask_of(i):ne(0):sum())
    columns[i]:select(2, 1):narrow(2, at + 1, n):copy(map:contiguous():view(c, -1):index(2, places))
    filled[i] = at + n
  end, wanted)
  return names_of(cnn, numbers, columns)
end

return M
