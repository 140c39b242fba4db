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
local pass2 = require 'pen.harmonize.pass2'

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

command.run('neural_paint', pass2, cmd:parse(arg))
