-- The training: a student and its embeddings, one step of Adam after another. Loss: sum over teacher.layers of weight
-- times relative squared error. Everything that a later step depends on is in the state, so a run that was stopped and
-- resumed ends where one that was not would have.
local sys = require 'sys'
local pictures = require 'pen.distill.pictures'
local student = require 'pen.distill.student'
local teacher = require 'pen.distill.teacher'
local M = {}

local WARM_UP = 100 -- steps
local BATCHES = 20 -- to measure scales

-- What counts as 1 while training, by layer and channel: the root mean square of the features over some batches. In a
-- narrow network one channel may have half of a layer's energy, so channels that no embedding mixes count alike, but
-- for those with less than a tenth of the average: they are rare spikes.
local function measure_scales(teachers, list, options)
  local squares = {}
  for _ = 1, BATCHES do
    local features = teacher.features(teachers, pictures.batch(list, options.batch, options.size))
    for name, values in pairs(features) do
      local planes = values:transpose(1, 2):contiguous():view(values:size(2), -1)
      local mean = torch.pow(planes, 2):mean(2):view(-1)
      squares[name] = squares[name] and squares[name]:add(mean) or mean
    end
  end
  local scales = {}
  for _, layer in ipairs(teacher.layers) do
    local square = squares[layer.name]:div(BATCHES)
    if layer.low then square:fill(square:mean()) end
    scales[layer.name] = square:add(0.1 * square:mean()):sqrt()
  end
  return scales
end

-- 1 x 1 convolutions from the student's features to the low teacher's, by layer.
local function new_embeddings(net, teachers)
  local embeddings, picture = {}, torch.FloatTensor(1, 3, 16, 16):zero()
  local outputs, targets = student.forward(net, picture), teacher.features(teachers, picture)
  for _, layer in ipairs(teacher.layers) do
    if layer.low then
      local from, to = outputs[layer.name]:size(2), targets[layer.name]:size(2)
      local map = nn.SpatialConvolution(from, to, 1, 1):noBias():float()
      map.weight:normal(0, 0.1 * math.sqrt(1 / from))
      embeddings[layer.name] = map
    end
  end
  return embeddings
end

-- options: widths, batch, size, rate, steps, rough_after (the step after which pictures have noise). list: pictures to
-- train on. The state of step 0.
function M.new(teachers, list, options)
  local state = {options = options, teachers = teachers, list = list, step = 0, seconds = 0, adam = {}}
  state.scales = measure_scales(teachers, list, options)
  state.net = student.new(options.widths)
  state.embeddings = new_embeddings(state.net, teachers)
  local all = nn.ConcatTable():add(state.net)
  for _, layer in ipairs(teacher.layers) do
    if layer.low then all:add(state.embeddings[layer.name]) end
  end
  state.parameters, state.gradients = all:getParameters()
  state.criterion = nn.MSECriterion():float()
  return state
end

-- Both return the relative error of a layer, the name of the student's layer that it looks at, and the gradient for
-- that layer's output.

local function compare_embedded(state, layer, outputs, target)
  local output, map, criterion = outputs[layer.name], state.embeddings[layer.name], state.criterion
  local seen = map:forward(output)
  local err, gradient = criterion:forward(seen, target), criterion:backward(seen, target):mul(layer.weight)
  map:accGradParameters(output, gradient, 1)
  return err, layer.name, map:updateGradInput(output, gradient)
end

-- Before the ReLU (Heo et al. 2019): where the teacher is silent anything below 0 will do; where it is not, a silent
-- channel still learns, while behind the ReLU it would get no gradient, and stay silent for good.
local function compare_direct(state, layer, outputs, target)
  local name, criterion = layer.name:gsub('relu', 'conv'), state.criterion
  local seen = torch.cmax(outputs[name], target * -1e30)
  local err = criterion:forward(seen, target)
  return err, name, criterion:backward(seen, target):mul(layer.weight):clone()
end

-- Loss and gradient of all parameters on a batch; errors[name] = relative squared error of each layer.
function M.evaluate(state, batch)
  state.gradients:zero()
  local targets = teacher.features(state.teachers, batch, state.scales)
  local input = batch:div(student.INPUT_SCALE)
  local outputs, gradients, errors, loss = student.forward(state.net, input), {}, {}, 0
  for _, layer in ipairs(teacher.layers) do
    local compare = layer.low and compare_embedded or compare_direct
    local err, at, gradient = compare(state, layer, outputs, targets[layer.name])
    errors[layer.name], gradients[at] = err, gradient
    loss = loss + layer.weight * err
  end
  student.backward(state.net, input, gradients)
  return loss, state.gradients, errors
end

-- Rises over the first steps, then falls along half a cosine to 0 at the last one.
local function rate_of(options, step)
  local done = step / options.steps
  return options.rate * math.min(1, step / WARM_UP) * 0.5 * (1 + math.cos(math.pi * done))
end

-- One step. Returns the loss and the errors before it.
function M.step(state)
  state.step = state.step + 1
  state.adam.learningRate = rate_of(state.options, state.step)
  local options = state.options
  local batch = pictures.batch(state.list, options.batch, options.size, state.step > options.rough_after)
  local loss, gradient, errors = M.evaluate(state, batch)
  if loss ~= loss or loss == math.huge then
    error(('the loss became %s at step %d: lower -rate'):format(tostring(loss), state.step), 0)
  end
  optim.adam(function() return loss, gradient end, state.parameters, state.adam)
  return loss, errors
end

-- Steps until options.steps. show(state, loss, errors) after each.
function M.run(state, show)
  while state.step < state.options.steps do
    local started = sys.clock()
    local loss, errors = M.step(state)
    state.seconds = state.seconds + sys.clock() - started
    show(state, loss, errors)
  end
end

return M
