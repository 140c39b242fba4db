-- Writes a small example of our own making, a painting and a naive composite with masks, into a folder:
--   th scripts/paint_example.lua -folder out/balloon
require 'torch'
require 'nn'
require 'image'

local cmd = torch.CmdLine()
cmd:text('Paints a landscape, pastes a balloon into it, and writes painting.png, naive.png, mask.png, mask_dilated.png')
cmd:text('and levels.txt: what neural_gram.lua and neural_paint.lua need.')
cmd:text()
cmd:option('-folder', 'out/balloon', 'made if it is not there')
local params = cmd:parse(arg)

assert(paths.mkdir(params.folder))
require('pen.example').write(params.folder, require('pen.harmonize.masks').grown)
print('wrote painting.png, naive.png, mask.png, mask_dilated.png and levels.txt into ' .. params.folder)
