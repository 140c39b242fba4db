-- The options of both passes, with the names and defaults of the authors' scripts.
local M = {}

local function inputs(cmd)
  cmd:option('-style_image', 'examples/inputs/seated-nude.jpg', 'the painting')
  cmd:option('-content_image', 'examples/inputs/tubingen.jpg', 'the painting with the object pasted in, same shape')
  cmd:option('-tmask_image', 'examples/inputs/t_mask.jpg', 'tight mask: the object')
  cmd:option('-mask_image', 'examples/inputs/t_mask.jpg', 'loose mask: the object and a margin, where pixels may move')
end

local function computing(cmd, learning_rate)
  cmd:option('-image_size', 700, 'longer side of the result in pixels')
  cmd:option('-gpu', 0, '0-based number of the GPU; -1 = CPU')
  cmd:option('-precision', 'auto', 'of products on a GPU: fp32|tf32|bf16, each faster and rounder; auto = tf32')
  cmd:option('-threads', 0, 'processors to use; 0 = all')
  cmd:option('-num_iterations', 1000)
  cmd:option('-init', 'image', 'start from: image|random')
  cmd:option('-optimizer', 'lbfgs', 'lbfgs|adam')
  cmd:option('-learning_rate', learning_rate)
  cmd:option('-seed', 316, 'of the random start; negative = leave it')
  cmd:option('-patchmatch_size', 3, 'side of the patches that are matched, odd')
end

local function output(cmd)
  cmd:option('-output_image', 'out.png')
  cmd:option('-print_iter', 50, 'print losses every so many iterations; 0 = never')
  cmd:option('-save_iter', 100, 'save a numbered picture every so many iterations; 0 = only the last')
  cmd:option('-original_colors', 0, "1 = keep the composite's colours")
end

local function network(cmd)
  cmd:option('-proto_file', 'models/VGG_ILSVRC_19_layers_deploy.prototxt')
  cmd:option('-model_file', 'models/VGG_ILSVRC_19_layers.caffemodel', 'VGG-19, as models/download_models.sh fetches it')
  cmd:option('-backend', 'nn', 'nn|cudnn: the same layers here')
  cmd:option('-pooling', 'max', 'accepted, without effect, as in the original')
  cmd:option('-cudnn_autotune', false, 'on a GPU: time the algorithms; pictures may then differ from run to run')
end

local function common(introduction, learning_rate)
  local cmd = torch.CmdLine()
  cmd:text(introduction)
  cmd:text('The two masks are white on the object: tmask_image tightly, mask_image grown by some pixels.')
  cmd:text()
  inputs(cmd)
  computing(cmd, learning_rate)
  output(cmd)
  network(cmd)
  return cmd
end

-- The torch.CmdLine of neural_gram.lua.
function M.pass1()
  local cmd = common('Pass 1 of painterly harmonization: a naive composite becomes a coarsely harmonized one.', 1e1)
  cmd:option('-content_weight', 5)
  cmd:option('-style_weight', 100)
  cmd:option('-tv_weight', 1e-3, 'total variation; 0 = none')
  cmd:option('-normalize_gradients', false, "divide each loss's gradient by its 1-norm")
  cmd:option('-style_scale', 1.0, 'accepted, without effect, as in the original')
  cmd:option('-content_layers', 'relu4_1', 'layers for content')
  cmd:option('-style_layers', 'relu3_1,relu4_1,relu5_1', 'layers for style')
  return cmd
end

-- The torch.CmdLine of neural_paint.lua.
function M.pass2()
  local cmd = common(
    'Pass 2 of painterly harmonization: from the naive composite and the result of pass 1 to the final picture.', 0.1)
  cmd:option('-cnnmrf_image', 'examples/inputs/cnnmrf.jpg', 'the result of pass 1')
  cmd:option('-wikiart_fn', 'wikiart_output.txt', 'style levels: lines that end in weight=NUMBER (about 1, 5 or 10)')
  cmd:option('-index', 0, "0-based line of wikiart_fn with this painting's style level")
  cmd:option('-refine_size', 5, 'window of the consistency step, odd')
  cmd:option('-refine_iter', 1, 'sweeps of the consistency step')
  cmd:option('-ring_radius', 1, 'neighbours of a used position that are used too')
  return cmd
end

return M
