-- What the student shall learn: at the layers below relu3_2 the features of the real VGG-19, of which it can only hold
-- a part (seen through a linear map, the embedding, that is learned with it and thrown away); from there on those of a
-- narrow network with as many channels as the student, as they are.
local student = require 'pen.distill.student'
local M = {}

-- In the order of the network. low: seen through an embedding.
M.layers = {
  {name = 'relu1_1', low = true, weight = 1}, {name = 'relu2_1', low = true, weight = 1},
  {name = 'relu3_1', low = true, weight = 1}, {name = 'relu3_2', weight = 0.5}, {name = 'relu3_3', weight = 0.5},
  {name = 'relu3_4', weight = 0.5}, {name = 'relu4_1', weight = 2}, {name = 'relu4_2', weight = 0.5},
  {name = 'relu4_3', weight = 0.5}, {name = 'relu4_4', weight = 0.5}, {name = 'relu5_1', weight = 2},
}

-- The network in a caffemodel to its layer `last`. Errors name the option.
function M.load(option, file, last)
  local function quietly() end
  local ok, net = pcall(function() return student.cut(loadcaffe.load(file, file, 'nn', quietly):float(), last) end)
  if not ok then error(('-%s %s: %s'):format(option, file, net), 0) end
  return net
end

-- low, high: files.
function M.new(low, high)
  return {low = M.load('teacher_low', low, 'relu3_1'), high = M.load('teacher_high', high, 'relu5_1')}
end

-- The features of a batch at each of M.layers, by name, each channel divided by its scales[name] (default 1).
function M.features(teacher, batch, scales)
  local low, high = student.forward(teacher.low, batch), student.forward(teacher.high, batch)
  local features = {}
  for _, layer in ipairs(M.layers) do
    local name = layer.name
    features[name] = layer.low and low[name] or high[name]
    if scales then features[name]:cdiv(scales[name]:view(1, -1, 1, 1):expandAs(features[name])) end
  end
  return features
end

return M
