-- Pass 2, consistent and of high quality: pass 1's result finds for the object one consistent set of places in the
-- painting; the naive composite is then optimised towards their Gram matrices and histograms (paper section 4).
--   th scripts/neural_paint.lua -content_image naive.jpg -style_image painting.jpg -cnnmrf_image pass1.jpg
--      -tmask_image mask.jpg -mask_image mask_dilated.jpg -index 0 -wikiart_fn levels.txt -output_image result.jpg
require 'torch'
require 'nn'
require 'image'
require 'optim'
require 'loadcaffe'

local command = require 'pen.harmonize.command'
local pictures = require 'pen.harmonize.pictures'
local network = require 'pen.harmonize.network'
local correspondence = require 'pen.harmonize.correspondence'
local style_level = require 'pen.harmonize.style_level'
local optimise = require 'pen.harmonize.optimise'

local LAYERS = {'relu1_1', 'relu2_1', 'relu3_1', 'relu4_1'} -- style; the last one is the reference for matching
local CONTENT_LAYERS = {'relu4_1'}
local HISTOGRAM_LAYERS = {'relu1_1', 'relu4_1'}
local BINS = 256

local cmd = torch.CmdLine()
cmd:text('Pass 2 of painterly harmonization: from the naive composite and the result of pass 1 to the final picture.')
cmd:text('The two masks are white on the object: tmask_image tightly, mask_image grown by some pixels.')
cmd:text()
cmd:option('-style_image', 'examples/inputs/seated-nude.jpg', 'the painting')
cmd:option('-content_image', 'examples/inputs/tubingen.jpg', 'the painting with the object pasted in, same shape')
cmd:option('-cnnmrf_image', 'examples/inputs/cnnmrf.jpg', 'the result of pass 1')
cmd:option('-tmask_image', 'examples/inputs/t_mask.jpg', 'tight mask: the object')
cmd:option('-mask_image', 'examples/inputs/t_mask.jpg', 'loose mask: the object and a margin, where pixels may change')
cmd:option('-image_size', 700, 'longer side of the result in pixels')
cmd:option('-gpu', 0, '0-based number of the GPU; -1 = CPU')
cmd:option('-init', 'image', 'start from: image|random')
cmd:option('-optimizer', 'lbfgs', 'lbfgs|adam')
cmd:option('-learning_rate', 0.1)
cmd:option('-print_iter', 50, 'print losses every so many iterations; 0 = never')
cmd:option('-save_iter', 100, 'save a numbered picture every so many iterations; 0 = only the last')
cmd:option('-index', 0, "0-based line of wikiart_fn with this painting's style level")
cmd:option('-output_image', 'out.png')
cmd:option('-original_colors', 0, "1 = keep the composite's colours")
cmd:option('-pooling', 'max', 'accepted, without effect, as in the original')
cmd:option('-proto_file', 'models/VGG_ILSVRC_19_layers_deploy.prototxt')
cmd:option('-model_file', 'models/VGG_ILSVRC_19_layers.caffemodel')
cmd:option('-backend', 'nn', 'nn|cudnn: the same layers here')
cmd:option('-cudnn_autotune', false, 'accepted, without effect')
cmd:option('-seed', 316, 'of the random start; negative = leave it')
cmd:option('-num_iterations', 1000)
cmd:option('-patchmatch_size', 3, 'side of the patches that are matched, odd')
cmd:option('-refine_size', 5, 'window of the consistency step, odd')
cmd:option('-refine_iter', 1, 'sweeps of the consistency step')
cmd:option('-ring_radius', 1, 'neighbours of a used position that are used too')
cmd:option('-wikiart_fn', 'wikiart_output.txt', 'style levels: lines that end in weight=NUMBER (about 1, 5 or 10)')

local function check(params)
  command.check_ranges(params, {
    image_size = {1, 1e5}, num_iterations = {1}, patchmatch_size = {1, 31}, refine_size = {1, 31}, refine_iter = {0},
    ring_radius = {0}, index = {0},
  })
  command.check_choice(params, 'init', 'image', 'random')
  command.check_choice(params, 'optimizer', 'lbfgs', 'adam')
  command.check_output(params.output_image)
end

local function load_at_size(option, params, content)
  local picture = pictures.load(option, params[option], params.image_size)
  if content then pictures.check_size(option, params[option], picture, content, params.content_image) end
  return picture
end

-- The ring mask of each layer: H x W float on the painting's side.
local function ring_masks(object, style, tight, painting, params)
  local masks, ring = {}, nil
  for i = #LAYERS, 1, -1 do
    local name = LAYERS[i]
    local features = style[name]
    print('Working on patchmatch layer ', i, ':', name)
    for _ = 1, 2 do -- the object's and the painting's, as the original's log has it
      print('Normalizing feature map with dim3[x] = ', features:size(1), features:size(2), features:size(3))
    end
    if not ring then
      print('  Initializing NNF in layer ', i, ':', name, ' with patch ', params.patchmatch_size)
      ring = correspondence.ring_mask(object, features, tight, painting, params)
    else
      print('  Upsampling NNF in layer ', i, ':', name)
    end
    masks[name] = correspondence.finer_mask(ring, features:size(2), features:size(3)):type(features:type())
  end
  return masks
end

local function main(params)
  check(params)
  torch.manualSeed(params.seed)
  local dtype, device = command.device(params.gpu)
  print('Gpu, idx      = ', params.gpu, device)

  local content_picture = load_at_size('content_image', params)
  local style_picture = load_at_size('style_image', params, content_picture)
  local pass1_picture = load_at_size('cnnmrf_image', params, content_picture)
  local masks = pictures.load_masks(params, content_picture)
  local content = pictures.preprocess(content_picture):type(dtype)
  local style = pictures.preprocess(style_picture):type(dtype)
  local level, line = style_level.read_level(params.wikiart_fn, params.index)
  print(line)
  local weights = style_level.weights(style_picture, level)

  local cnn = loadcaffe.load(params.proto_file, params.model_file, params.backend):type(dtype)
  local last, poolings = network.depth(cnn, {model_file = LAYERS})
  network.check_size(content_picture, poolings, params.content_image)
  for i = 1, last do
    local name = cnn:get(i).name
    if network.contains(LAYERS, name) then print('Extracting feature layer ', i, ':', name) end
  end
  local reference = LAYERS[#LAYERS]
  local object = network.features(cnn, last, {{reference}}, pictures.preprocess(pass1_picture):type(dtype))[reference]
  local style_features = network.features(cnn, last, {LAYERS}, style)
  local rings = ring_masks(object, style_features, masks.tight[1], style_picture, params)
  local content_features = network.features(cnn, last, {CONTENT_LAYERS}, content)

  local content_losses, style_losses = {label = 'Content  '}, {label = 'Style    '}
  local histogram_losses = {label = 'Histogram'}
  local net = nn.Sequential()
  local function add_loss(losses, class, options)
    options.normalize = 'l2'
    local loss = class(options)
    net:add(loss)
    table.insert(losses, loss)
  end

  add_loss({}, nn.TotalVariationLoss, {weight = weights.tv, mask = masks.loose:type(dtype)})
  network.build(net, cnn, last, masks.loose, function(name, i, mask)
    mask = mask:type(dtype)
    local target = style_features[name]
    if network.contains(CONTENT_LAYERS, name) then
      print('Setting up content layer', i, ':', name)
      add_loss(content_losses, nn.MaskedContentLoss, {weight = 1, target = content_features[name], mask = mask})
    end
    if network.contains(LAYERS, name) then
      print('Setting up style layer  ', i, ':', name)
      add_loss(style_losses, nn.MaskedStyleLoss,
        {weight = weights.style, target = nn.MaskedStyleLoss.gram(target, rings[name]), mask = mask})
    end
    if network.contains(HISTOGRAM_LAYERS, name) then
      print('Setting up histogram layer', i, ':', name)
      add_loss(histogram_losses, nn.MaskedHistogramLoss,
        {weight = weights.histogram, target = target, target_mask = rings[name], mask = mask, bins = BINS})
    end
  end)
  object, style_features, content_features, cnn = nil, nil, nil, nil

  optimise.run {
    net = net, img = optimise.initial(params, content, dtype), mask = masks.loose,
    losses = {content_losses, style_losses, histogram_losses},
    num_iterations = params.num_iterations, print_iter = params.print_iter, save_iter = params.save_iter,
    output_image = params.output_image, optimizer = params.optimizer,
    optim_state = params.optimizer == 'lbfgs' and
      {maxIter = params.num_iterations, verbose = true, tolX = -1, tolFun = -1, learningRate = params.learning_rate} or
      {learningRate = params.learning_rate},
    render = function(img)
      local picture = pictures.composite(img, style, masks.blurred)
      return params.original_colors == 1 and pictures.original_colors(content_picture, picture) or picture
    end,
  }
end

command.run('neural_paint', main, cmd:parse(arg))
