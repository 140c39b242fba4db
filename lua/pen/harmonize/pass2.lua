-- Pass 2 (algorithm: paper section 4), from options to something optimise.run can run. Options are those of
-- scripts/neural_paint.lua. One consistent set of places in the painting serves all layers.
local command = require 'pen.harmonize.command'
local features = require 'pen.harmonize.features'
local frames = require 'pen.harmonize.frame'
local pictures = require 'pen.harmonize.pictures'
local network = require 'pen.harmonize.network'
local correspondence = require 'pen.harmonize.correspondence'
local style_level = require 'pen.harmonize.style_level'
local optimise = require 'pen.harmonize.optimise'

local M = {}

local LAYERS = {'relu1_1', 'relu2_1', 'relu3_1', 'relu4_1'} -- style; the last one is the reference for matching
local CONTENT_LAYERS = {'relu4_1'}
local HISTOGRAM_LAYERS = {'relu1_1', 'relu4_1'}
local BINS = 256

function M.check(params)
  command.check_ranges(params, {refine_size = {1, 31}, refine_iter = {0}, ring_radius = {0}, index = {0}})
  command.check_odd(params, 'refine_size')
  command.check_common(params)
end

-- The ring mask of each layer: name -> H x W float on the painting's side, on the host.
local function ring_masks(cnn, last, pics, frame, params)
  local reference, masks = LAYERS[#LAYERS], {}
  local object = features.maps(cnn, {reference}, pictures.seen(pics, 'pass1'))[reference]
  local style = features.maps(cnn, {reference}, pictures.seen(pics, 'painting'))[reference]
  local numbers, ring = network.numbers(cnn, last, {LAYERS}), nil
  for i = #LAYERS, 1, -1 do
    local name, h, w = LAYERS[i], frame:size(numbers[i])
    params.say('Working on patchmatch layer ', i, ':', name)
    for _ = 1, 2 do -- the object's and the painting's, as in the original's log
      params.say('Normalizing feature map with dim3[x] = ', network.planes(cnn, numbers[i]), h, w)
    end
    if not ring then
      params.say('  Initializing NNF in layer ', i, ':', name, ' with patch ', params.patchmatch_size)
      ring = correspondence.ring_mask(object, style, pics.masks.tight[1], pics.painting, params)
    else
      params.say('  Upsampling NNF in layer ', i, ':', name)
    end
    masks[name] = correspondence.finer_mask(ring, h, w)
  end
  return masks
end

-- What the losses need, by layer name: content features (in the frame's region), and the painting's features in the
-- ring, C x 1 x n.
local function measure(cnn, last, pics, frame, params)
  for i = 1, last do
    local name = cnn:get(i).name
    if network.contains(LAYERS, name) then params.say('Extracting feature layer ', i, ':', name) end
  end
  local rings = ring_masks(cnn, last, pics, frame, params)
  return features.maps(cnn, CONTENT_LAYERS, frame:part(pictures.seen(pics, 'composite')):contiguous()),
    features.at(cnn, rings, pictures.seen(pics, 'painting'))
end

-- The network with its losses. Returns it and the lists of losses, in the order they are printed.
local function build(cnn, last, pics, frame, weights, params)
  local content_features, style_features = measure(cnn, last, pics, frame, params)
  local content_losses, style_losses = {label = 'Content  '}, {label = 'Style    '}
  local histogram_losses = {label = 'Histogram'}
  local net = nn.Sequential()

  local function add(losses, class, options)
    options.normalize = 'l2'
    table.insert(losses, class(options))
    net:add(losses[#losses])
  end

  add({}, nn.TotalVariationLoss, {weight = weights.tv, mask = frame:pixels()})
  network.build(net, cnn, last, function(name, i)
    local mask, positions = frame:mask(i), frame:positions(i)
    local target = style_features[name]
    local everywhere = target and target.new(1, target:size(3)):fill(1)
    if network.contains(CONTENT_LAYERS, name) then
      params.say('Setting up content layer', i, ':', name)
      add(content_losses, nn.MaskedContentLoss,
        {weight = 1, target = content_features[name], mask = mask, positions = positions})
    end
    if network.contains(LAYERS, name) then
      params.say('Setting up style layer  ', i, ':', name)
      local gram = nn.MaskedStyleLoss.gram(target, everywhere)
      add(style_losses, nn.MaskedStyleLoss, {weight = weights.style, target = gram, mask = mask})
    end
    if network.contains(HISTOGRAM_LAYERS, name) then
      params.say('Setting up histogram layer', i, ':', name)
      add(histogram_losses, nn.MaskedHistogramLoss,
        {weight = weights.histogram, target = target, target_mask = everywhere, mask = mask, positions = positions,
        bins = BINS})
    end
  end)
  return net, {content_losses, style_losses, histogram_losses}
end

-- What memory.passes asks about.
function M.layers(iterations) return {names = LAYERS, whole = {LAYERS[#LAYERS]}, iterations = iterations} end

-- pics: as pictures.load_all gives them, and pass1, what pass 1 made; cnn: as in pass 1; level: the painting's style
-- level. Returns the run; nothing is optimised yet.
function M.setup(pics, cnn, level, params)
  local last, poolings = network.depth(cnn, {model_file = LAYERS})
  network.check_size(pics.composite, poolings, params.content_image)
  local frame = frames.new(cnn, last, {LAYERS}, pics.masks.loose, pics.dtype, params.whole_frame)
  local net, losses = build(cnn, last, pics, frame, style_level.weights(pics.painting, level), params)
  local lbfgs = {tolX = -1, tolFun = -1, learningRate = params.learning_rate}
  return optimise.describe(params, pics, net, losses, frame, lbfgs)
end

-- The same from files. load_network() gives the network.
function M.prepare(params, load_network)
  torch.manualSeed(params.seed)
  params.say = print
  local dtype, device = command.device(params.gpu, params.precision, params.cudnn_autotune)
  print('Gpu, idx      = ', params.gpu, device)
  local pics = pictures.load_all(params, dtype)
  pics.pass1 = pictures.load('cnnmrf_image', params.cnnmrf_image, params.image_size)
  pictures.check_size('cnnmrf_image', params.cnnmrf_image, pics.pass1, pics.composite, params.content_image)
  local level, line = style_level.read_level(params.wikiart_fn, params.index)
  print(line)
  return M.setup(pics, load_network():type(dtype), level, params)
end

return M
