-- What Torch's own classes look for in the files of modules and criteria, buffers mostly, and these do without: written
-- with the rest, so that Torch can go on with what is saved here. By class, a function of the object and of its tensor
-- class.
local neighbourhood = require 'nn.neighbourhood'

local NUMBERS = torch.LongStorage

local function sizes(n)
  return function() return {inputSize = NUMBERS(n):fill(0), outputSize = NUMBERS(n):fill(0)} end
end

local function losses(_, Tensor)
  return {output_tensor = Tensor {0}, total_weight_tensor = Tensor {1}, target = torch.LongTensor {0}}
end

local BUFFERS = {
  ['nn.Add'] = function(_, Tensor) return {_ones = Tensor {1}} end,
  ['nn.Bottle'] = function(module, Tensor)
    local n, m = module.nInputDim, module.nOutputDim
    return {dimDelta = n - m, inShape = Tensor(n), outShape = Tensor(m)}
  end,
  ['nn.CMaxTable'] = function(_, Tensor)
    return {maxIdx = Tensor(), mask = Tensor(), maxVals = Tensor(), gradMaxVals = Tensor()}
  end,
  ['nn.CMinTable'] = function(_, Tensor)
    return {minIdx = Tensor(), mask = Tensor(), minVals = Tensor(), gradMaxVals = Tensor()}
  end,
  ['nn.ClassNLLCriterion'] = losses,
  ['nn.JoinTable'] = function() return {size = NUMBERS()} end,
  ['nn.LinearWeightNorm'] = function(_, Tensor) return {norm = Tensor(), scale = Tensor()} end,
  ['nn.MixtureTable'] = function()
    return {size = NUMBERS(), size2 = NUMBERS(), batchSize = 0, backwardSetup = false}
  end,
  ['nn.MultiLabelSoftMarginCriterion'] = function(criterion) return {sigmoid = nn.Sigmoid():type(criterion._type)} end,
  ['nn.Padding'] = function() return {outputSize = NUMBERS()} end,
  ['nn.PixelShuffle'] = function(module) return {upscaleFactorSquared = module.upscaleFactor ^ 2} end,
  ['nn.Reshape'] = function(module) return {batchsize = NUMBERS {0, unpack(module.size:totable())}} end,
  ['nn.SoftPlus'] = function() return {threshold = 20} end,
  ['nn.SpatialClassNLLCriterion'] = losses,
  ['nn.SpatialContrastiveNormalization'] = function(module)
    local both = nn.Sequential():add(module:get(1)):add(module:get(2))
    local second = module:get(2)
    return {normalizer = both, nInputPlane = second.nInputPlane, kernel = second.kernel, threshold = second.threshold,
      thresval = second.thresval}
  end,
  ['nn.SpatialDivisiveNormalization'] = function(module, Tensor)
    local function typed(layer) return layer:type(module._type) end
    local deviation = neighbourhood.chain(module):insert(typed(nn.Square()), 1):add(typed(nn.Sqrt()))
    return {meanestimator = neighbourhood.chain(module), stdestimator = deviation, coef = Tensor(1, 1, 1),
      normalizer = typed(nn.CDivTable()), divider = typed(nn.CDivTable()),
      thresholder = typed(nn.Threshold(module.threshold, module.thresval))}
  end,
  ['nn.SpatialFullConvolution'] = function(_, Tensor) return {ones = Tensor()} end,
  ['nn.SpatialSubtractiveNormalization'] = function(module, Tensor)
    return {meanestimator = neighbourhood.chain(module), subtractor = nn.CSubTable():type(module._type),
      divider = nn.CDivTable():type(module._type), coef = Tensor(1, 1, 1)}
  end,
  ['nn.SpatialUpSamplingBilinear'] = sizes(4),
  ['nn.SpatialUpSamplingNearest'] = sizes(4),
  ['nn.TanhShrink'] = function(module) return {tanh = nn.Tanh():type(module._type)} end,
  ['nn.UpSampling'] = sizes(5),
  ['nn.WeightNorm'] = function(module, Tensor)
    local v, weight = module.v, module.modules[1].weight
    local front = weight:size():totable()
    table.insert(front, 1, table.remove(front, module.outputDim))
    return {viewIn = v:size(), viewOut = NUMBERS(front), weightSize = weight:size(), otherDims = v:size(2),
      _norm = Tensor(v:size(1)), _scale = Tensor(v:size(1))}
  end,
  ['nn.ZipTableOneToMany'] = function(_, Tensor) return {gradInputEl = Tensor()} end,
}

-- The fields to write of a module or criterion: its own, and those.
return function(object)
  local buffers = BUFFERS[torch.typename(object)]
  local fields = buffers and buffers(object, torch.getmetatable(object._type).new) or {}
  for key, value in pairs(object) do fields[key] = value end
  return fields
end
