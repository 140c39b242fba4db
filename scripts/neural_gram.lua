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
local pass1 = require 'pen.harmonize.pass1'

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

command.run('neural_gram', pass1, cmd:parse(arg))
