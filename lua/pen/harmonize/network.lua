-- Walking VGG: features at named layers, the mask that follows the network, and the network with its loss modules.
local M = {}

local pooling = {['nn.SpatialMaxPooling'] = true, ['nn.SpatialAveragePooling'] = true}
for name in pairs {SpatialMaxPooling = 1, SpatialAveragePooling = 1} do pooling['cudnn.' .. name] = true end
local convolution = {['nn.SpatialConvolution'] = true, ['cudnn.SpatialConvolution'] = true}

-- The mask one layer further: halved by a pooling (bilinear, rounded up), averaged 3 x 3 by a convolution, so that it
-- stays fractional. H x W float on the host.
function M.follow(mask, layer)
  local kind = torch.type(layer)
  if pooling[kind] then
    return image.scale(mask, math.ceil(mask:size(2) / 2), math.ceil(mask:size(1) / 2))
  elseif convolution[kind] then
    local average = nn.SpatialAveragePooling(3, 3, 1, 1, 1, 1):float()
    return average:forward(mask:view(1, mask:size(1), mask:size(2)))[1]:clone()
  end
  return mask
end

-- The number of the last layer that any of the lists names, and how many poolings come before it.
function M.depth(cnn, lists)
  local index, names, last = {}, {}, 0
  for i = 1, cnn:size() do
    local name = cnn:get(i).name
    index[name] = i
    if name:find('^relu') then names[#names + 1] = name end
  end
  for option, list in pairs(lists) do
    for _, name in ipairs(list) do
      if not index[name] then
        error(('-%s: the model has no layer %s; it has %s and others'):format(option, name, table.concat(names, ' ')))
      end
      last = math.max(last, index[name])
    end
  end
  local poolings = 0
  for i = 1, last do poolings = poolings + (pooling[torch.type(cnn:get(i))] and 1 or 0) end
  return last, poolings
end

-- Each pooling halves the picture; a side that is used up cannot be matched.
function M.check_size(picture, poolings, file)
  local least = 2 ^ poolings
  if picture:size(2) < least or picture:size(3) < least then
    error(('-content_image %s is %d x %d at the working size; these layers need at least %d on each side: ' ..
      'raise -image_size or use a larger picture'):format(file, picture:size(3), picture:size(2), least))
  end
end

function M.contains(list, name)
  for _, item in ipairs(list) do
    if item == name then return true end
  end
  return false
end

-- The mask at each of the first layers of cnn, by its number.
function M.masks(cnn, last, mask)
  local masks = {}
  for i = 1, last do
    mask = M.follow(mask, cnn:get(i))
    masks[i] = mask
  end
  return masks
end

-- Lets all modules of net write their gradients into two buffers in turn: a gradient is of no use once the module
-- before has read it. One that works in place writes where its gradOutput lies.
function M.share_gradients(net, like)
  local spare, turn = {like.new(1), like.new(1)}, 1
  for i = net:size(), 1, -1 do
    local module = net:get(i)
    if not module.inplace then
      module.gradInput:set(spare[turn])
      turn = 3 - turn
    end
  end
end

-- Channels of layer i's map.
function M.planes(cnn, i)
  while not cnn:get(i).nOutputPlane do i = i - 1 end
  return cnn:get(i).nOutputPlane
end

-- The numbers of the layers that any of the lists names.
function M.numbers(cnn, last, lists)
  local numbers = {}
  for i = 1, last do
    for _, list in ipairs(lists) do
      if M.contains(list, cnn:get(i).name) then
        numbers[#numbers + 1] = i
        break
      end
    end
  end
  return numbers
end

-- The first layers of cnn appended to net; attach(name, i) may add modules behind each layer.
function M.build(net, cnn, last, attach)
  for i = 1, last do
    local layer = cnn:get(i)
    net:add(layer)
    attach(layer.name, i)
  end
  return net
end

return M
