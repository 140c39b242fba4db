-- Pass 1, coarse and robust: each part of the pasted object is matched with a part of the painting at three depths, and
-- the object's Gram matrices are drawn towards those of its matches (paper section 3).
--   th scripts/neural_gram.lua -content_image naive.jpg -style_image painting.jpg -tmask_image mask.jpg
--      -mask_image mask_dilated.jpg -output_image pass1.jpg
require 'torch'
require 'nn'
require 'image'
require 'optim'
require 'loadcaffe'

local cmd = require('pen.harmonize.options').new({
  'Pass 1 of painterly harmonization: a naive composite becomes a coarsely harmonized one.',
  'The two masks are white on the object: tmask_image tightly, mask_image grown by some pixels.',
}, 1e1)
cmd:option('-content_weight', 5)
cmd:option('-style_weight', 100)
cmd:option('-tv_weight', 1e-3, 'total variation; 0 = none')
cmd:option('-normalize_gradients', false, "divide each loss's gradient by its 1-norm")
cmd:option('-style_scale', 1.0, 'accepted, without effect, as in the original')
cmd:option('-content_layers', 'relu4_1', 'layers for content')
cmd:option('-style_layers', 'relu3_1,relu4_1,relu5_1', 'layers for style')

require('pen.harmonize.command').run('neural_gram', require 'pen.harmonize.pass1', cmd:parse(arg))
