-- loadcaffe.load(prototxt, caffemodel [, backend]): a trained Caffe network as an nn.Sequential of named layers. The
-- prototxt's text is not used, as in the original. Weights are floats that stay in the mapped file until a layer first
-- needs them: layers that a script drops cost nothing.
require 'torch'
require 'nn'
local caffemodel = require 'pen.caffemodel'

loadcaffe = loadcaffe or {}

-- Lets module.weight and module.bias appear on first use, with the module's type of that moment; read(module) makes
-- them. Until then they are no fields, so that type conversions and copies of the module do not touch the file.
local function lazily(module, read)
  local class = getmetatable(module)
  local waiting = setmetatable({}, class)
  for name, value in pairs(class) do waiting[name] = value end
  waiting.__index = function(self, name)
    if name == 'weight' or name == 'bias' then
      setmetatable(self, class)
      read(self)
      return rawget(self, name)
    end
    return class[name]
  end
  module.weight, module.bias = nil, nil
  return setmetatable(module, waiting)
end

local function read_blob(model, layer, blob, shape, module)
  local values = torch.FloatTensor(unpack(shape))
  model:read(layer.index, blob, values)
  return values:type(module:type())
end

-- The last four sizes of a blob, as old files have them: 4096 x 25088 is 1 x 1 x 4096 x 25088.
local function four_sizes(shape)
  local sizes = {1, 1, 1, 1}
  for i = 1, #shape do sizes[4 - #shape + i] = shape[i] end
  return unpack(sizes)
end

local function fail(model, layer, message, ...)
  error(('%s: layer %s %s'):format(model.path, layer.name, message:format(...)), 0)
end

local function check_weights(model, layer)
  local weights = layer.blobs[1]
  if not weights then fail(model, layer, 'has no weights: this is a description of a network, not a trained one') end
  for i = 1, #weights do
    if weights[i] < 1 then fail(model, layer, 'has weights of size %s', table.concat(weights, ' x ')) end
  end
  if layer.transposed then fail(model, layer, 'stores transposed weights, which are not supported') end
  return four_sizes(weights)
end

local convert = {}

function convert.Convolution(model, layer, state)
  local outputs, inputs, height, width = check_weights(model, layer)
  if layer.group ~= 1 then fail(model, layer, 'has %d groups; only 1 is supported', layer.group) end
  if layer.dilation.h ~= 1 or layer.dilation.w ~= 1 then fail(model, layer, 'is dilated, which is not supported') end
  if state.planes and inputs ~= state.planes then
    fail(model, layer, 'has weights for %d input planes, but %s gives %d', inputs, state.last, state.planes)
  end
  local bias = layer.blobs[2]
  if bias and select(4, four_sizes(bias)) ~= outputs then
    fail(model, layer, 'has %d outputs and a bias of %s', outputs, table.concat(bias, ' x '))
  end
  local module = nn.SpatialConvolution(1, 1, width, height, layer.stride.w, layer.stride.h, layer.pad.w, layer.pad.h)
  module.nInputPlane, module.nOutputPlane = inputs, outputs
  state.planes, state.last = outputs, layer.name
  print(('%s: %d %d %d %d'):format(layer.name, outputs, inputs, width, height))
  return lazily(module, function(self)
    self.weight = read_blob(model, layer, 1, {outputs, inputs, height, width}, self)
    self.bias = bias and read_blob(model, layer, 2, {outputs}, self)
  end)
end

function convert.InnerProduct(model, layer, state, net)
  local _, _, outputs, inputs = check_weights(model, layer)
  if state.planes ~= inputs then
    local view = nn.View(-1):setNumInputDims(3)
    view.name = 'torch_view'
    net:add(view)
  end
  local bias = layer.blobs[2]
  state.planes, state.last = outputs, layer.name
  print(('%s: 1 1 %d %d'):format(layer.name, inputs, outputs))
  return lazily(nn.Linear(1, 1), function(self)
    self.weight = read_blob(model, layer, 1, {outputs, inputs}, self)
    self.bias = bias and read_blob(model, layer, 2, {outputs}, self)
  end)
end

local poolings = {[0] = 'SpatialMaxPooling', [1] = 'SpatialAveragePooling'}

function convert.Pooling(model, layer)
  local class = poolings[layer.pool]
  if not class or layer.global_pooling then fail(model, layer, 'pools in a way that is not supported') end
  return nn[class](layer.kernel.w, layer.kernel.h, layer.stride.w, layer.stride.h, layer.pad.w, layer.pad.h):ceil()
end

function convert.LRN(_, layer)
  return nn.SpatialCrossMapLRN(layer.local_size, layer.alpha, layer.beta, layer.k)
end

function convert.ReLU() return nn.ReLU(true) end
function convert.Dropout(_, layer) return nn.Dropout(layer.dropout) end
function convert.Softmax() return nn.SoftMax() end
convert.SoftmaxWithLoss = convert.Softmax
function convert.Sigmoid() return nn.Sigmoid() end
function convert.TanH() return nn.Tanh() end

local without_module = {Data = true, Input = true, DummyData = true, Accuracy = true, Split = true}

local function check_readable(file, what)
  local handle, problem = io.open(file, 'rb')
  if not handle then error(("Couldn't load the %s %s"):format(what, problem), 0) end
  handle:close()
end

-- backend is accepted for compatibility: 'nn', 'cudnn' and 'ccn2' name the same layers here.
function loadcaffe.load(prototxt, binary, backend)
  if backend == 'cudnn' then require 'cunn' end
  check_readable(prototxt, 'prototxt')
  check_readable(binary, 'caffemodel')
  local model, problem = caffemodel.open(binary)
  if not model then error("Couldn't load the caffemodel " .. problem, 0) end
  print('Successfully loaded ' .. binary)
  local net, state = nn.Sequential(), {}
  for i = 1, model:size() do
    local layer = model:layer(i)
    if convert[layer.type] then
      local module = convert[layer.type](model, layer, state, net)
      module.name = layer.name
      net:add(module)
    elseif not without_module[layer.type] then
      print(('MODULE %s UNDEFINED'):format(layer.name))
      print(("warning: module '%s [type %s]' not found"):format(layer.name, layer.number or layer.type))
    end
  end
  return backend == 'cudnn' and net:cuda() or net
end

return loadcaffe
