-- Pass 2 of the original's steps: consistent and of high quality.
-- Pass 1's result finds for the object one consistent set of places in the painting; the naive composite is then
-- optimised towards their Gram matrices and histograms (paper section 4).
--   th scripts/neural_paint.lua -content_image naive.jpg -style_image painting.jpg -cnnmrf_image pass1.jpg
--      -tmask_image mask.jpg -mask_image mask_dilated.jpg -index 0 -wikiart_fn levels.txt -output_image result.jpg
require 'torch'
require 'nn'
require 'image'
require 'optim'
require 'loadcaffe'

require('pen.harmonize.command').run('neural_paint', require 'pen.harmonize.pass2',
  require('pen.harmonize.options').pass2():parse(arg))
