-- The options that both passes have, with the names and defaults of the authors' scripts.
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
  cmd:option('-cudnn_autotune', false, 'accepted, without effect')
end

-- A torch.CmdLine with the common options; introduction: lines of help that come first.
function M.new(introduction, learning_rate)
  local cmd = torch.CmdLine()
  for _, line in ipairs(introduction) do cmd:text(line) end
  cmd:text()
  inputs(cmd)
  computing(cmd, learning_rate)
  output(cmd)
  network(cmd)
  return cmd
end

return M
