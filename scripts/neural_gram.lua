-- Pass 1, coarse and robust: each part of the pasted object is matched with a part of the painting at three depths, and
-- the object's Gram matrices are drawn towards those of its matches (paper section 3).
--   th scripts/neural_gram.lua -content_image naive.jpg -style_image painting.jpg -tmask_image mask.jpg
--      -mask_image mask_dilated.jpg -output_image pass1.jpg
require 'torch'
require 'nn'
require 'image'
require 'optim'
require 'loadcaffe'

local command = require 'pen.harmonize.command'
local pictures = require 'pen.harmonize.pictures'
local network = require 'pen.harmonize.network'
local correspondence = require 'pen.harmonize.correspondence'
local optimise = require 'pen.harmonize.optimise'

local cmd = torch.CmdLine()
cmd:text('Pass 1 of painterly harmonization: a naive composite becomes a coarsely harmonized one.')
cmd:text('The two masks are white on the object: tmask_image tightly, mask_image grown by some pixels.')
cmd:text()
cmd:option('-style_image', 'examples/inputs/seated-nude.jpg', 'the painting')
cmd:option('-content_image', 'examples/inputs/tubingen.jpg', 'the painting with the object pasted in, same shape')
cmd:option('-tmask_image', 'examples/inputs/t_mask.jpg', 'tight mask: the object')
cmd:option('-mask_image', 'examples/inputs/t_mask.jpg', 'loose mask: the object and a margin, where pixels may change')
cmd:option('-image_size', 700, 'longer side of the result in pixels')
cmd:option('-gpu', 0, '0-based number of the GPU; -1 = CPU')
cmd:option('-content_weight', 5)
cmd:option('-style_weight', 100)
cmd:option('-tv_weight', 1e-3, 'total variation; 0 = none')
cmd:option('-num_iterations', 1000)
cmd:option('-normalize_gradients', false, "divide each loss's gradient by its 1-norm")
cmd:option('-init', 'image', 'start from: image|random')
cmd:option('-optimizer', 'lbfgs', 'lbfgs|adam')
cmd:option('-learning_rate', 1e1, 'adam only')
cmd:option('-print_iter', 50, 'print losses every so many iterations; 0 = never')
cmd:option('-save_iter', 100, 'save a numbered picture every so many iterations; 0 = only the last')
cmd:option('-output_image', 'out.png')
cmd:option('-style_scale', 1.0, 'accepted, without effect, as in the original')
cmd:option('-original_colors', 0, "1 = keep the composite's colours")
cmd:option('-pooling', 'max', 'accepted, without effect, as in the original')
cmd:option('-proto_file', 'models/VGG_ILSVRC_19_layers_deploy.prototxt')
cmd:option('-model_file', 'models/VGG_ILSVRC_19_layers.caffemodel')
cmd:option('-backend', 'nn', 'nn|cudnn: the same layers here')
cmd:option('-cudnn_autotune', false, 'accepted, without effect')
cmd:option('-seed', 316, 'of the random start; negative = leave it')
cmd:option('-content_layers', 'relu4_1', 'layers for content')
cmd:option('-style_layers', 'relu3_1,relu4_1,relu5_1', 'layers for style')
cmd:option('-patchmatch_size', 3, 'side of the patches that are matched, odd')

local function check(params)
  command.check_ranges(params, {
    image_size = {1, 1e5}, num_iterations = {1}, content_weight = {0}, style_weight = {0}, tv_weight = {0},
    patchmatch_size = {1, 31},
  })
  command.check_choice(params, 'init', 'image', 'random')
  command.check_choice(params, 'optimizer', 'lbfgs', 'adam')
  command.check_output(params.output_image)
end

local function main(params)
  check(params)
  torch.manualSeed(params.seed)
  local dtype, device = command.device(params.gpu)
  print('gpu, idx = ', params.gpu, device)

  local content_picture = pictures.load('content_image', params.content_image, params.image_size)
  local h, w = content_picture:size(2), content_picture:size(3)
  local style_picture = pictures.load('style_image', params.style_image, w, h)
  local masks = pictures.load_masks(params, content_picture)
  local content = pictures.preprocess(content_picture):type(dtype)
  local style = pictures.preprocess(style_picture):type(dtype)

  local cnn = loadcaffe.load(params.proto_file, params.model_file, params.backend):type(dtype)
  local content_layers, style_layers = params.content_layers:split(','), params.style_layers:split(',')
  local last, poolings = network.depth(cnn, {content_layers = content_layers, style_layers = style_layers})
  network.check_size(content_picture, poolings, params.content_image)
  local content_features = network.features(cnn, last, {content_layers, style_layers}, content)
  local style_features = network.features(cnn, last, {style_layers}, style)

  local content_losses, style_losses = {label = 'Content'}, {label = 'Style'}
  local net = nn.Sequential()
  if params.tv_weight > 0 then net:add(nn.TotalVariationLoss {weight = params.tv_weight}:type(dtype)) end

  local function add_loss(losses, class, options)
    options.mask_own = false
    options.normalize = params.normalize_gradients and 'l1' or 'none'
    local loss = class(options)
    net:add(loss)
    table.insert(losses, loss)
  end

  network.build(net, cnn, last, masks.loose, function(name, i, mask)
    mask = mask:type(dtype)
    if network.contains(content_layers, name) then
      print('Setting up content layer', i, ':', name)
      add_loss(content_losses, nn.MaskedContentLoss,
        {weight = params.content_weight, target = content_features[name], mask = mask})
    end
    if network.contains(style_layers, name) then
      print('Setting up style layer  ', i, ':', name)
      local matched = correspondence.matched_features(content_features[name], style_features[name], mask,
        params.patchmatch_size)
      add_loss(style_losses, nn.MaskedStyleLoss,
        {weight = params.style_weight, target = nn.MaskedStyleLoss.gram(matched, mask), mask = mask})
    end
  end)
  content_features, style_features, cnn = nil, nil, nil

  optimise.run {
    net = net, img = optimise.initial(params, content, dtype), mask = masks.loose,
    losses = {content_losses, style_losses},
    num_iterations = params.num_iterations, print_iter = params.print_iter, save_iter = params.save_iter,
    output_image = params.output_image, optimizer = params.optimizer,
    optim_state = params.optimizer == 'lbfgs' and {maxIter = params.num_iterations, verbose = true} or
      {learningRate = params.learning_rate},
    render = function(img)
      local picture = pictures.composite(img, style, masks.blurred)
      return params.original_colors == 1 and pictures.original_colors(content_picture, picture) or picture
    end,
  }
end

command.run('neural_gram', main, cmd:parse(arg))
