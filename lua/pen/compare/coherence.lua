-- Is the object made of the painting's strokes? For 7 x 7 patches of the object, the distance to the nearest patch
-- anywhere in the painting (the one direction of bidirectional similarity, Simakov et al. 2008). Exact for the patches
-- that are looked at, which are spread evenly over the object.
local M = {}

local SIDE = 7
local TAPS = 3 * SIDE * SIDE
local BLOCK = 4096 -- painting patches per matrix product

-- The planes (h x w) of a picture shifted by each tap: visit(k, plane), k = 1 .. TAPS, channels outermost.
local function each_tap(picture, y, height, visit)
  local width = picture:size(3) - SIDE + 1
  for k = 0, TAPS - 1 do
    local dx, dy, c = k % SIDE, math.floor(k / SIDE) % SIDE, math.floor(k / SIDE ^ 2)
    visit(k + 1, picture[c + 1]:narrow(1, y + dy + 1, height):narrow(2, dx + 1, width))
  end
end

-- Takes each patch's mean colour off it. patches: TAPS x n, changed.
local function remove_mean(patches)
  local by_channel = patches:view(3, SIDE * SIDE, patches:size(2))
  by_channel:add(-1, by_channel:mean(2):expandAs(by_channel))
end

-- Ones at no more than limit of the centres in the region where a patch fits: (H-6) x (W-6) bytes.
local function sampled(inside, limit)
  local reach = (SIDE - 1) / 2
  local centres = inside[{{reach + 1, -reach - 1}, {reach + 1, -reach - 1}}]:contiguous()
  local step = math.max(1, math.ceil(centres:sum() / limit))
  local turn = centres:view(-1):cumsum():remainder(step):eq(0):double():viewAs(centres)
  return torch.cmul(centres, turn):byte()
end

-- TAPS x n: the patches of a picture around the chosen centres.
local function chosen_patches(picture, centres)
  local patches = torch.FloatTensor(TAPS, centres:sum())
  each_tap(picture, 0, centres:size(1), function(k, plane)
    patches[k]:copy(plane:contiguous():maskedSelect(centres))
  end)
  return patches
end

-- For each column q of queries (TAPS x n) the least |q - p|^2 over all patches p of the painting: a vector of n.
-- |q|^2 + |p|^2 - 2 q.p by matrix products, |p|^2 as one more row, rows of the painting at a time.
local function nearest(queries, painting, prepare)
  local n, width, height = queries:size(2), painting:size(3) - SIDE + 1, painting:size(2) - SIDE + 1
  local left = torch.FloatTensor(n, TAPS + 1):fill(1)
  left:narrow(2, 1, TAPS):copy(queries:t()):mul(-2)
  local best, rows = torch.FloatTensor(n):fill(math.huge), math.max(1, math.floor(BLOCK / width))
  local right, products = torch.FloatTensor(), torch.FloatTensor()
  for y = 0, height - 1, rows do
    local count = math.min(rows, height - y)
    right:resize(TAPS + 1, count * width)
    local patches = right:narrow(1, 1, TAPS)
    each_tap(painting, y, count, function(k, plane) patches[k]:copy(plane) end)
    prepare(patches)
    right[TAPS + 1]:copy(torch.cmul(patches, patches):sum(1))
    best:cmin(torch.mm(products:resize(n, count * width), left, right):min(2):view(-1))
  end
  return best:add(torch.cmul(queries, queries):sum(1):view(-1)):cmax(0)
end

local function keep() end

-- For each picture of a list (3 x H x W, in [0, 1]) the root of the mean squared difference, per pixel and channel, to
-- the nearest patch of the painting, in levels of 255: 0 (copied from the painting) up, lower is better. The second
-- list is the same with every patch's mean colour taken off first: texture alone. Looks at no more than limit patches
-- of the region inside, the same ones in all pictures. Both lists are empty where no patch fits.
function M.measure(pictures, painting, inside, limit)
  if painting:size(2) < SIDE or painting:size(3) < SIDE then return {}, {} end
  local centres = sampled(inside, limit)
  local n = centres:sum()
  if n == 0 then return {}, {} end
  local queries = torch.FloatTensor(TAPS, #pictures * n)
  for i, picture in ipairs(pictures) do
    queries:narrow(2, (i - 1) * n + 1, n):copy(chosen_patches(picture:float(), centres))
  end
  local lists = {}
  for i, prepare in ipairs {keep, remove_mean} do
    prepare(queries)
    local distances = nearest(queries, painting:float(), prepare)
    lists[i] = {}
    for k = 1, #pictures do
      lists[i][k] = 255 * math.sqrt(distances:narrow(1, (k - 1) * n + 1, n):mean() / TAPS)
    end
  end
  return unpack(lists)
end

return M
