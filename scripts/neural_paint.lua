-- Pass 2, consistent and of high quality: pass 1's result finds for the object one consistent set of places in the
-- painting; the naive composite is then optimised towards their Gram matrices and histograms (paper section 4).
--   th scripts/neural_paint.lua -content_image naive.jpg -style_image painting.jpg -cnnmrf_image pass1.jpg
--      -tmask_image mask.jpg -mask_image mask_dilated.jpg -index 0 -wikiart_fn levels.txt -output_image result.jpg
require 'torch'
require 'nn'
require 'image'
require 'optim'
require 'loadcaffe'

local cmd = require('pen.harmonize.options').new({
  'Pass 2 of painterly harmonization: from the naive composite and the result of pass 1 to the final picture.',
  'The two masks are white on the object: tmask_image tightly, mask_image grown by some pixels.',
}, 0.1)
cmd:option('-cnnmrf_image', 'examples/inputs/cnnmrf.jpg', 'the result of pass 1')
cmd:option('-wikiart_fn', 'wikiart_output.txt', 'style levels: lines that end in weight=NUMBER (about 1, 5 or 10)')
cmd:option('-index', 0, "0-based line of wikiart_fn with this painting's style level")
cmd:option('-refine_size', 5, 'window of the consistency step, odd')
cmd:option('-refine_iter', 1, 'sweeps of the consistency step')
cmd:option('-ring_radius', 1, 'neighbours of a used position that are used too')

require('pen.harmonize.command').run('neural_paint', require 'pen.harmonize.pass2', cmd:parse(arg))
