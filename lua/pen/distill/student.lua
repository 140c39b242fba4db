-- The network that learns: VGG-19's layers to relu5_1, narrow. Its forward and backward pass with outputs and
-- gradients at several layers, and the change of its scale that keeps what it computes.
local M = {}

local DEPTHS = {2, 2, 4, 4, 1} -- convolutions of each block

-- While it trains, pictures and activations are numbers of about 1: the network sees pictures divided by this.
M.INPUT_SCALE = 64

local function convolution(inputs, outputs)
  local conv = nn.SpatialConvolution(inputs, outputs, 3, 3, 1, 1, 1, 1):float()
  conv.weight:normal(0, math.sqrt(2 / (9 * inputs))) -- He et al. 2015: keeps the variance through ReLU
  conv.bias:zero()
  return conv
end

-- widths: channels of the five blocks.
function M.new(widths)
  local net, planes = nn.Sequential(), 3
  local function add(module, name)
    module.name = name
    net:add(module:float())
  end
  for block, depth in ipairs(DEPTHS) do
    for i = 1, depth do
      add(convolution(planes, widths[block]), ('conv%d_%d'):format(block, i))
      add(nn.ReLU(), ('relu%d_%d'):format(block, i))
      planes = widths[block]
    end
    if block < #DEPTHS then add(nn.SpatialMaxPooling(2, 2, 2, 2):ceil(), 'pool' .. block) end
  end
  return net
end

-- Channels of the blocks of a network with VGG-19's names.
function M.widths(net)
  local widths = {}
  for i = 1, net:size() do
    local block = net:get(i).weight and tonumber(net:get(i).name:match('^conv(%d)'))
    if block then widths[block] = net:get(i).nOutputPlane end
  end
  return widths
end

-- Drops the layers behind the one named.
function M.cut(net, name)
  while net:get(net:size()).name ~= name do
    if net:size() == 1 then error('it has no layer ' .. name, 0) end
    net:remove()
  end
  return net
end

-- The outputs of all named layers, by name. They are the network's own: the next forward overwrites them.
function M.forward(net, input)
  local outputs, x = {}, input
  for i = 1, net:size() do
    x = net:get(i):forward(x)
    outputs[net:get(i).name] = x
  end
  return outputs
end

-- After M.forward: adds to the parameters' gradients those of a loss whose gradient at layer `name` is gradients[name].
-- Overwrites gradients.
function M.backward(net, input, gradients)
  local gradient
  for i = net:size(), 1, -1 do
    local layer, below = net:get(i), i > 1 and net:get(i - 1).output or input
    local own = gradients[layer.name]
    if own then gradient = gradient and gradient:add(own) or own end
    if gradient then
      local passed_on = i > 1 and layer:updateGradInput(below, gradient) -- nobody asks for the picture's
      layer:accGradParameters(below, gradient, 1)
      gradient = passed_on
    end
  end
end

-- Multiplies the output of each ReLU by a factor for each channel: factors[name] = 1-D tensor. ReLU is positively
-- homogeneous, so the convolutions before it (times the factor) and after it (divided by it) can do that exactly.
-- input: the factor of the picture.
function M.rescale(net, factors, input)
  local below = torch.FloatTensor(3):fill(input)
  for i = 1, net:size() do
    local conv = net:get(i)
    if conv.weight then
      local factor, w = factors[net:get(i + 1).name], conv.weight
      w:cmul(factor:view(-1, 1, 1, 1):expandAs(w)):cdiv(below:view(1, -1, 1, 1):expandAs(w))
      conv.bias:cmul(factor)
      below = factor
    end
  end
  return net
end

return M
