-- From a training's end to the network that is used: pictures and features of the usual size instead of about 1. What
-- the layers compute changes by a factor for each channel only.
local student = require 'pen.distill.student'
local M = {}

-- Mean square of each layer's output over the inputs, by name.
function M.squares(net, inputs)
  local sums = {}
  for _, input in ipairs(inputs) do
    for name, output in pairs(student.forward(net, input)) do
      sums[name] = (sums[name] or 0) + output:norm() ^ 2 / output:nElement() / #inputs
    end
  end
  return sums
end

-- Gives the output of each ReLU of net the mean square that the layer of that name in other has on these inputs, for
-- the losses are made of squares and products of features; where a layer is silent it stays so.
function M.match_squares(net, other, inputs)
  local own, wanted, factors = M.squares(net, inputs), M.squares(other, inputs), {}
  for i = 2, net:size() do
    local name, before = net:get(i).name, net:get(i - 1)
    if before.weight then
      local factor = own[name] > 0 and math.sqrt(wanted[name] / own[name]) or 1
      factors[name] = torch.FloatTensor(before.nOutputPlane):fill(factor)
    end
  end
  return student.rescale(net, factors, 1)
end

-- The scale of each channel in the end: that of its counterpart, or, for layers that are seen through an embedding, the
-- length of what the embedding makes of a 1 in it, so that distances of features are about those in the real VGG-19.
local function channel_scales(state, name, planes)
  local map, scales = state.embeddings[name], state.scales[name]
  if not scales then return torch.FloatTensor(planes):fill(1) end
  if not map then return scales:float() end
  local lengths = map.weight:view(map.nOutputPlane, planes):norm(2, 1):view(planes)
  return lengths:cmax(1e-3 * lengths:max()):mul(scales[1])
end

-- inputs: pictures as the network sees them, over which mean squares become the high teacher's.
function M.network(state, inputs)
  local net, factors = state.net:clone(), {}
  for i = 2, net:size() do
    local name, before = net:get(i).name, net:get(i - 1)
    if before.weight then factors[name] = channel_scales(state, name, before.nOutputPlane) end
  end
  student.rescale(net, factors, student.INPUT_SCALE)
  return M.match_squares(net, state.teachers.high, inputs)
end

return M
