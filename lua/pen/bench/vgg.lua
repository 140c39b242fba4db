-- VGG-19's convolutions in full width, and the network up to relu5_1 with seeded random weights.
local M = {}

-- One line per distinct shape: name of the first such layer, input maps, output maps, picture side divided by, and how
-- many layers up to conv5_1 have it.
M.shapes = {
  {name = 'conv1_1', planes = 3, outputs = 64, shrink = 1, layers = 1},
  {name = 'conv1_2', planes = 64, outputs = 64, shrink = 1, layers = 1},
  {name = 'conv2_1', planes = 64, outputs = 128, shrink = 2, layers = 1},
  {name = 'conv2_2', planes = 128, outputs = 128, shrink = 2, layers = 1},
  {name = 'conv3_1', planes = 128, outputs = 256, shrink = 4, layers = 1},
  {name = 'conv3_2', planes = 256, outputs = 256, shrink = 4, layers = 3},
  {name = 'conv4_1', planes = 256, outputs = 512, shrink = 8, layers = 1},
  {name = 'conv4_2', planes = 512, outputs = 512, shrink = 8, layers = 3},
  {name = 'conv5_1', planes = 512, outputs = 512, shrink = 16, layers = 1},
}

-- Fills t (contiguous, float) with uniform numbers in [low, high), the same for the same seed (MINSTD).
function M.fill(t, seed, low, high)
  local data, state, range = t:data(), seed, (high - low) / 2147483647
  for i = 0, t:nElement() - 1 do
    state = state * 16807 % 2147483647
    data[i] = low + range * state
  end
  return t
end

-- Weights that keep the variance of activations through 3 x 3 convolution and ReLU.
function M.fill_weights(weight, seed)
  local a = math.sqrt(6 / (9 * weight:size(2)))
  return M.fill(weight, seed, -a, a)
end

local function convolution(name, planes, outputs, seed)
  local conv = nn.SpatialConvolution(planes, outputs, 3, 3, 1, 1, 1, 1):float()
  M.fill_weights(conv.weight, seed)
  conv.bias:zero()
  conv.name = name
  return conv
end

local function named(module, name)
  module.name = name
  return module
end

-- What loadcaffe.load would give for VGG-19, cut after relu5_1.
function M.network()
  local net, planes = nn.Sequential(), 3
  for block, depth in ipairs {2, 2, 4, 4, 1} do
    local outputs = math.min(64 * 2 ^ (block - 1), 512)
    for i = 1, depth do
      local suffix = ('%d_%d'):format(block, i)
      net:add(convolution('conv' .. suffix, planes, outputs, 100 * block + i))
      net:add(named(nn.ReLU(true), 'relu' .. suffix))
      planes = outputs
    end
    if block < 5 then net:add(named(nn.SpatialMaxPooling(2, 2, 2, 2):ceil(), 'pool' .. block)) end
  end
  return net
end

return M
