-- Pass 1 of the original's steps: coarse and robust.
-- Each part of the pasted object is matched with a part of the painting at three depths, and the object's Gram matrices
-- are drawn towards those of its matches (paper section 3).
--   th scripts/neural_gram.lua -content_image naive.jpg -style_image painting.jpg -tmask_image mask.jpg
--      -mask_image mask_dilated.jpg -output_image pass1.jpg
require 'torch'
require 'nn'
require 'image'
require 'optim'
require 'loadcaffe'

require('pen.harmonize.command').run('neural_gram', require 'pen.harmonize.pass1',
  require('pen.harmonize.options').pass1():parse(arg))
