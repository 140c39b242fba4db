-- The recorded examples: the options they were run with, the model, and running without output.
require 'torch'
require 'nn'
require 'image'
require 'optim'
require 'loadcaffe'
local shared = require('helper').shared

local M = {}

-- Options of both passes for example N; pass 2 starts from Torch's own result of pass 1.
function M.params(example)
  local golden = ('%s/golden/idx%d'):format(shared, example)
  local data = ('%s/data/%d_'):format(shared, example)
  return {
    style_image = data .. 'target.jpg', content_image = data .. 'naive.jpg', tmask_image = data .. 'c_mask.jpg',
    mask_image = data .. 'c_mask_dilated.jpg', cnnmrf_image = golden .. '/pass1.png', image_size = 200, gpu = -1,
    num_iterations = 100, print_iter = 0, save_iter = 0, output_image = 'unused.png', optimizer = 'lbfgs',
    learning_rate = 0.1, original_colors = 0, init = 'image', seed = 316, patchmatch_size = 3,
    content_weight = 5, style_weight = 100, tv_weight = 1e-3, content_layers = 'relu4_1',
    style_layers = 'relu3_1,relu4_1,relu5_1', refine_size = 5, refine_iter = 1, ring_radius = 1, index = example,
    wikiart_fn = shared .. '/data/wikiart_output.txt',
  }
end

function M.load_network()
  return loadcaffe.load(shared .. '/models/vgg19_16x_deploy.prototxt', shared .. '/models/vgg19_16x.caffemodel', 'nn')
end

return M
