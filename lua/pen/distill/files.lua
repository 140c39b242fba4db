-- What a training leaves on disk: the network as a caffemodel of halves with its prototxt, and checkpoints, from which
-- a stopped run goes on bit for bit. Each file is complete or not there.
local caffemodel = require 'pen.caffemodel'
local file = require 'pen.file'
local writer = require 'pen.caffemodel_writer'
local M = {}

local function must_write(path, bytes)
  local ok, problem = file.write(path, bytes)
  if not ok then error('cannot write ' .. problem, 0) end
end

-- ---- the network ----

local describe = {}

describe['nn.SpatialConvolution'] = function(conv)
  local w, b = conv.weight, conv.bias
  return 'Convolution', {
    convolution = writer.convolution_parameters(conv.nOutputPlane, conv.kW),
    blobs = {
      writer.blob {sizes = w:size():totable(), values = w, half = true},
      writer.blob {sizes = b:size():totable(), values = b, half = true},
    },
  }, ('convolution_param { num_output: %d pad: %d kernel_size: %d }'):format(conv.nOutputPlane, conv.padW, conv.kW)
end

describe['nn.ReLU'] = function() return 'ReLU', {} end

describe['nn.SpatialMaxPooling'] = function(pool)
  return 'Pooling', {pooling = writer.pooling_parameters(pool.kW, pool.dW)},
    ('pooling_param { pool: MAX kernel_size: %d stride: %d }'):format(pool.kW, pool.dW)
end

-- Writes net (named layers) to path, x.caffemodel, and x_deploy.prototxt beside it.
function M.save_network(net, path)
  local layers, text, bottom = {}, {}, 'data'
  local name = path:match('([^/]*)%.caffemodel$')
  text[1] = ('name: "%s"\ninput: "data"\ninput_dim: 1\ninput_dim: 3\ninput_dim: 224\ninput_dim: 224'):format(name)
  for i = 1, net:size() do
    local module = net:get(i)
    local kind, layer, parameters = describe[torch.type(module)](module)
    local top = kind == 'ReLU' and bottom or module.name -- Caffe's ReLU works in place
    layer.name, layer.type, layer.bottom, layer.top = module.name, kind, bottom, top
    layers[i], bottom = layer, top
    text[i + 1] = ('layer {\n  name: "%s"\n  type: "%s"\n  bottom: "%s"\n  top: "%s"\n%s}'):format(layer.name, kind,
      layer.bottom, top, parameters and '  ' .. parameters .. '\n' or '')
  end
  must_write(path, writer.net(2, layers, name))
  must_write(path:gsub('%.caffemodel$', '_deploy.prototxt'), table.concat(text, '\n') .. '\n')
end

-- ---- checkpoints: a caffemodel with one layer, named after the run, of four blobs ----

local function vector(tensor) return writer.blob {sizes = {tensor:nElement()}, values = tensor} end

-- name: what the run depends on, as text.
function M.save_checkpoint(state, name, path)
  local counters = torch.FloatTensor {state.step, state.seconds}
  local rest = torch.cat(counters, torch.getRNGState():float(), 1)
  local blobs = {vector(state.parameters), vector(state.adam.m), vector(state.adam.v), vector(rest)}
  must_write(path, writer.net(2, {{name = name, type = 'State', blobs = blobs}}))
end

-- Puts a state, new from the same options, and torch's generator where the checkpoint left them. Fails on a checkpoint
-- of another run, naming both.
function M.load_checkpoint(state, name, path)
  local model, problem = caffemodel.open(path)
  if not model then error('-resume: ' .. problem, 0) end
  local layer = model:layer(1)
  if layer.name ~= name then
    error(('-resume: %s is of another run, %s; this one is %s'):format(path, layer.name, name), 0)
  end
  local function read(i)
    local values = torch.FloatTensor(layer.blobs[i][1])
    model:read(1, i, values)
    return values
  end
  local rest = read(4)
  state.parameters:copy(read(1))
  state.adam = {t = rest[1], m = read(2), v = read(3), denom = torch.FloatTensor(state.parameters:nElement())}
  state.step, state.seconds = rest[1], rest[2]
  torch.setRNGState(rest:narrow(1, 3, rest:size(1) - 2):byte())
end

return M
