-- Pass 1 (algorithm: paper section 3), from options to something optimise.run can run. Options are those of
-- scripts/neural_gram.lua. Coarse and robust: every style layer matches on its own.
local command = require 'pen.harmonize.command'
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

-- The network with its losses. Returns it and the lists of losses, in the order they are printed. Matching looks at the
-- whole pictures, the losses at the frame's region.
local function build(cnn, last, content_layers, style_layers, pics, frame, params)
  local object_features = network.features(cnn, last, {style_layers}, pics.content)
  local style_features = network.features(cnn, last, {style_layers}, pics.style)
  local content_features = network.features(cnn, last, {content_layers}, frame:part(pics.content):contiguous())
  local content_losses, style_losses = {label = 'Content'}, {label = 'Style'}
  local net, dtype = nn.Sequential(), pics.content:type()
  if params.tv_weight > 0 then net:add(nn.TotalVariationLoss {weight = params.tv_weight}:type(dtype)) end

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
      local mask = frame:whole_mask(i)
      local matched = correspondence.matched_features(object_features[name], style_features[name], mask,
        params.patchmatch_size)
      local gram = nn.MaskedStyleLoss.gram(matched, mask)
      add(style_losses, nn.MaskedStyleLoss, {weight = params.style_weight, target = gram, mask = frame:mask(i)})
    end
  end)
  return net, {content_losses, style_losses}
end

-- pics: as pictures.load_all gives them; cnn: VGG as an nn.Sequential of named layers, of the type of pics. Returns the
-- run; nothing is optimised yet. params.say(...) is told what happens, as print would be.
function M.setup(pics, cnn, params)
  local content_layers, style_layers = params.content_layers:split(','), params.style_layers:split(',')
  local last, poolings = network.depth(cnn, {content_layers = content_layers, style_layers = style_layers})
  network.check_size(pics.composite, poolings, params.content_image)
  local lists, dtype = {content_layers, style_layers}, pics.content:type()
  local frame = frames.new(cnn, last, lists, pics.masks.loose, dtype, params.whole_frame)
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
