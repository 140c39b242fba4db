-- loadcaffe.load(prototxt, caffemodel [, backend]): a trained Caffe network as an nn.Sequential of named layers. The
-- prototxt's text is not used, as in the original. Weights are floats that stay in the mapped file until a layer first
-- needs them: layers that a script drops cost nothing.
require 'torch'
require 'nn'
local caffemodel = require 'pen.caffemodel'

loadcaffe = loadcaffe or {}

-- class -> the metatable of its modules while they have parameters unread
local waiting = {}

local function waiting_class(class)
  local copy = setmetatable({}, getmetatable(class))
  for name, value in pairs(class) do copy[name] = value end
  copy.__index = function(self, name)
    local unread = rawget(self, 'unread')
    if not unread or not unread[name] then return class[name] end
    local values = unread[name](self)
    unread[name] = nil
    rawset(self, name, values)
    if not next(unread) then
      self.unread = nil
      setmetatable(self, class)
    end
    return values
  end
  return copy
end

-- Lets module.weight and module.bias appear on first use: unread[name](module) makes them. Until then they are no
-- fields, so that type conversions and copies of the module do not touch the file.
local function lazily(module, unread)
  local class = getmetatable(module)
  waiting[class] = waiting[class] or waiting_class(class)
  module.weight, module.bias, module.unread = nil, nil, unread
  return setmetatable(module, waiting[class])
end

-- The blob in the module's type of that moment, in the shape that the module wants.
local function reader(model, layer, blob, ...)
  local sizes = {...}
  return function(module)
    local values = torch.FloatTensor(unpack(sizes))
    model:read(layer.index, blob, values)
    return values:type(module:type())
  end
end

local function fail(model, layer, message, ...)
  error(('%s: layer %s %s'):format(model.path, layer.name, message:format(...)), 0)
end

-- The sizes of a blob as four, as old files have them: 4096 x 25088 is 1 x 1 x 4096 x 25088.
local function four_sizes(model, layer, blob)
  local sizes = {1, 1, 1, 1}
  for i = 1, #blob do
    sizes[4 - #blob + i] = blob[i]
    if #blob > 4 or blob[i] < 1 then fail(model, layer, 'has weights of size %s', table.concat(blob, ' x ')) end
  end
  return unpack(sizes)
end

local function check_bias(model, layer, outputs)
  local bias = layer.blobs[2]
  if not bias then
    if layer.has_bias then fail(model, layer, 'has no bias') end
    return
  end
  local a, b, c, d = four_sizes(model, layer, bias)
  if a * b * c * d ~= outputs then
    fail(model, layer, 'has %d outputs and a bias of %s', outputs, table.concat(bias, ' x '))
  end
end

-- The four sizes of a layer's weights. first_size: which of them is the number of outputs.
local function check_weights(model, layer, first_size)
  local weights = layer.blobs[1]
  if not weights then fail(model, layer, 'has no weights: this is a description of a network, not a trained one') end
  if layer.transposed then fail(model, layer, 'stores transposed weights, which are not supported') end
  local sizes = {four_sizes(model, layer, weights)}
  local outputs, expected = sizes[first_size], layer.outputs
  if expected > 0 and expected ~= outputs then
    fail(model, layer, 'says %d outputs, but has weights for %d', expected, outputs)
  end
  check_bias(model, layer, outputs)
  return unpack(sizes)
end

local function check_window(model, layer, height, width)
  local stride = layer.stride
  if height < 1 or width < 1 or stride.h < 1 or stride.w < 1 then
    fail(model, layer, 'moves a window of %d x %d by %d x %d', height, width, stride.h, stride.w)
  end
end

local convert = {}

function convert.Convolution(model, layer, state)
  if layer.group ~= 1 then fail(model, layer, 'has %d groups; only 1 is supported', layer.group) end
  if layer.dilation.h ~= 1 or layer.dilation.w ~= 1 then fail(model, layer, 'is dilated, which is not supported') end
  local outputs, inputs, height, width = check_weights(model, layer, 1)
  check_window(model, layer, height, width)
  local kernel = layer.kernel
  if kernel.h > 0 and (kernel.h ~= height or kernel.w ~= width) then
    fail(model, layer, 'says %d x %d kernels, but has %d x %d', kernel.h, kernel.w, height, width)
  end
  if state.planes and inputs ~= state.planes then
    fail(model, layer, 'has weights for %d input planes, but %s gives %d', inputs, state.last, state.planes)
  end
  local module = nn.SpatialConvolution(1, 1, width, height, layer.stride.w, layer.stride.h, layer.pad.w, layer.pad.h)
  module.nInputPlane, module.nOutputPlane = inputs, outputs
  state.planes, state.last = outputs, layer.name
  state.say(('%s: %d %d %d %d'):format(layer.name, outputs, inputs, width, height))
  return lazily(module, {
    weight = reader(model, layer, 1, outputs, inputs, height, width),
    bias = layer.blobs[2] and reader(model, layer, 2, outputs),
  })
end

-- A layer behind feature maps reads them as one vector: a view, named as the original names it, comes before it.
function convert.InnerProduct(model, layer, state, net)
  local one, still_one, outputs, inputs = check_weights(model, layer, 3)
  if one * still_one ~= 1 then
    fail(model, layer, 'has weights of size %s', table.concat(layer.blobs[1], ' x '))
  end
  if state.planes and inputs % state.planes ~= 0 then
    fail(model, layer, 'has weights for %d inputs, but %s gives %d planes', inputs, state.last, state.planes)
  end
  if state.planes ~= inputs then
    local view = nn.View(-1):setNumInputDims(3)
    view.name = 'torch_view'
    net:add(view)
  end
  state.planes, state.last = outputs, layer.name
  state.say(('%s: 1 1 %d %d'):format(layer.name, inputs, outputs))
  return lazily(nn.Linear(1, 1), {
    weight = reader(model, layer, 1, outputs, inputs),
    bias = layer.blobs[2] and reader(model, layer, 2, outputs),
  })
end

local poolings = {[0] = 'SpatialMaxPooling', [1] = 'SpatialAveragePooling'}

function convert.Pooling(model, layer)
  local class = poolings[layer.pool]
  if not class or layer.global_pooling then fail(model, layer, 'pools in a way that is not supported') end
  check_window(model, layer, layer.kernel.h, layer.kernel.w)
  return nn[class](layer.kernel.w, layer.kernel.h, layer.stride.w, layer.stride.h, layer.pad.w, layer.pad.h):ceil()
end

function convert.LRN(model, layer)
  if layer.within_channel or layer.local_size % 2 == 0 then
    fail(model, layer, 'normalises in a way that is not supported')
  end
  return nn.SpatialCrossMapLRN(layer.local_size, layer.alpha, layer.beta, layer.k)
end

function convert.ReLU() return nn.ReLU(true) end

function convert.Dropout(model, layer)
  local p = layer.dropout
  if not (p >= 0 and p < 1) then fail(model, layer, 'drops out with probability %g', p) end
  return nn.Dropout(p)
end

function convert.Softmax() return nn.SoftMax() end
convert.SoftmaxWithLoss = convert.Softmax
function convert.Sigmoid() return nn.Sigmoid() end
function convert.TanH() return nn.Tanh() end

local without_module = {Data = true, Input = true, DummyData = true, Accuracy = true, Split = true}

local function check_readable(path, what)
  local handle, problem = io.open(path, 'rb')
  if not handle then error(("Couldn't load the %s %s"):format(what, problem), 0) end
  local _, unreadable = handle:read(1)
  handle:close()
  if unreadable then error(("Couldn't load the %s %s: %s"):format(what, path, unreadable), 0) end
end

-- backend is accepted for compatibility: 'nn', 'cudnn' and 'ccn2' name the same layers here. say is told what was
-- found, print when not given.
function loadcaffe.load(prototxt, binary, backend, say)
  say = say or print
  if backend == 'cudnn' then require 'cudnn' end
  check_readable(prototxt, 'prototxt')
  check_readable(binary, 'caffemodel')
  local model, problem = caffemodel.open(binary)
  if not model then error("Couldn't load the caffemodel: " .. problem, 0) end
  say('Successfully loaded ' .. binary)
  local net, state = nn.Sequential(), {say = say}
  for i = 1, model:size() do
    local layer = model:layer(i)
    if convert[layer.type] then
      local module = convert[layer.type](model, layer, state, net)
      module.name = layer.name
      net:add(module)
    elseif not without_module[layer.type] then
      say(('MODULE %s UNDEFINED'):format(layer.name))
      say(("warning: module '%s [type %s]' not found"):format(layer.name, layer.number or layer.type))
    end
  end
  return backend == 'cudnn' and net:cuda() or net
end

return loadcaffe
