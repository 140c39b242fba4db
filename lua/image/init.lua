-- Torch's image package: pictures are tensors, CxHxW (or HxW), row by row from the top. Each part adds its functions.
-- Values are 0..1 in float and double tensors, 0..255 in byte tensors.
require 'torch'
require 'xlua'
require 'sys'
require 'dok'

image = {}
for _, part in ipairs {
  'load', 'save', 'scale', 'gaussian', 'convolve', 'color', 'colormap', 'transform', 'polar', 'morphology', 'display',
  'draw', 'samples',
} do require('image.' .. part)(image) end
require('image.warp').install(image)
return image
