-- Pastes an object into a painting so that it looks painted there.
--   pentimento harmonize -painting painting.jpg -composite pasted.png -output result.png
require 'torch'
require 'nn'
require 'image'
require 'optim'
require 'loadcaffe'

local command = require 'pen.harmonize.command'
command.main('pentimento harmonize', function()
  require('pen.harmonize.session').run(require('pen.harmonize.settings').parse(arg))
end)
