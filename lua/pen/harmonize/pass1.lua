-- Pass 1 (algorithm: paper section 3), from options to something optimise.run can run. Options are those of
-- scripts/neural_gram.lua. Coarse and robust: every style layer matches on its own.
local command = require 'pen.harmonize.command'
local features = require 'pen.harmonize.features'
local frames = require 'pen.harmonize.frame'
local pictures = require 'pen.harmonize.pictures'
local network = require 'pen.harmonize.network'
local correspondence = require 'pen.harmonize.correspondence'
local optimise = require 'pen.harmonize.optimise'

local M = {}

function M.check(params)
  command.check_ranges(params, {content_weight = {0}, style_weight = {0}, tv_weight = {0}})
  command.check_common(params)
end

-- The Gram matrices of the style layers, by name, of the features that the painting has where it matches the object:
-- matching looks at the whole painting, and at the object as far as its patches reach.
local function style_targets(cnn, style_layers, pics, frame, params)
  local see = frame:patches(network.numbers(cnn, cnn:size(), {style_layers}), params.patchmatch_size)
  local object = features.maps(cnn, style_layers, see(pictures.seen(pics, 'composite'), 0))
  local style, grams = features.maps(cnn, style_layers, pictures.seen(pics, 'painting')), {}
  for i = 1, cnn:size() do
    local name = cnn:get(i).name
    if style[name] then
      local mask = see(frame.masks[i], i):type(pics.dtype)
      local matched = correspondence.matched_features(object[name], style[name], mask, params.patchmatch_size,
        params.watch)
      grams[name] = nn.MaskedStyleLoss.gram(matched, mask)
    end
  end
  return grams
end

-- The network with its losses. Returns it and the lists of losses, in the order they are printed.
local function build(cnn, last, content_layers, style_layers, pics, frame, params)
  local grams = style_targets(cnn, style_layers, pics, frame, params)
  local content = frame:part(pictures.seen(pics, 'composite')):contiguous()
  local content_features = features.maps(cnn, content_layers, content)
  local content_losses, style_losses = {label = 'Content'}, {label = 'Style'}
  local net = nn.Sequential()
  if params.tv_weight > 0 then net:add(nn.TotalVariationLoss {weight = params.tv_weight}:type(pics.dtype)) end

  local function add(losses, class, options)
    options.mask_own = false
    options.normalize = params.normalize_gradients and 'l1' or 'none'
    table.insert(losses, class(options))
    net:add(losses[#losses])
  end

  network.build(net, cnn, last, function(name, i)
    if network.contains(content_layers, name) then
      params.say('Setting up content layer', i, ':', name)
      add(content_losses, nn.MaskedContentLoss, {weight = params.content_weight, target = content_features[name],
        mask = frame:mask(i), positions = frame:positions(i)})
    end
    if network.contains(style_layers, name) then
      params.say('Setting up style layer  ', i, ':', name)
      add(style_losses, nn.MaskedStyleLoss, {weight = params.style_weight, target = grams[name], mask = frame:mask(i)})
    end
  end)
  return net, {content_losses, style_losses}
end

-- What memory.passes asks about.
function M.layers(params)
  local style = params.style_layers:split(',')
  local names = params.content_layers:split(',')
  for _, name in ipairs(style) do names[#names + 1] = name end
  return {names = names, whole = style, iterations = params.num_iterations}
end

-- pics: as pictures.load_all gives them; cnn: VGG as an nn.Sequential of named layers, of type pics.dtype. Returns the
-- run; nothing is optimised yet. params.say(...) is told what happens, as print would be.
function M.setup(pics, cnn, params)
  local content_layers, style_layers = params.content_layers:split(','), params.style_layers:split(',')
  local last, poolings = network.depth(cnn, {content_layers = content_layers, style_layers = style_layers})
  network.check_size(pics.composite, poolings, params.content_image)
  local lists = {content_layers, style_layers}
  local frame = frames.new(cnn, last, lists, pics.masks.loose, pics.dtype, params.whole_frame)
  local net, losses = build(cnn, last, content_layers, style_layers, pics, frame, params)
  return optimise.describe(params, pics, net, losses, frame, {})
end

-- The same from files. load_network() gives the network.
function M.prepare(params, load_network)
  torch.manualSeed(params.seed)
  params.say = print
  local dtype, device = command.device(params.gpu, params.precision, params.cudnn_autotune)
  print('gpu, idx = ', params.gpu, device)
  local pics = pictures.load_all(params, dtype)
  return M.setup(pics, load_network():type(dtype), params)
end

return M
