-- Paints a small example of our own making, a landscape and an object to paste into it, into a folder:
--   th scripts/paint_example.lua -folder out/example
require 'torch'
require 'nn'
require 'image'
local example = require 'pen.art.example'

local cmd = torch.CmdLine()
cmd:text('Paints an evening bay and renders a sailing boat. Writes painting.png and object.png (with alpha), and what')
cmd:text('neural_gram.lua and neural_paint.lua need: naive.png, mask.png, mask_dilated.png and levels.txt.')
cmd:text()
cmd:option('-folder', 'out/example', 'made if it is not there')
local params = cmd:parse(arg)

assert(paths.mkdir(params.folder))
example.write(params.folder, example.painting(), example.object())
print('wrote painting.png, object.png, naive.png, mask.png, mask_dilated.png and levels.txt into ' .. params.folder)
print(('object.png belongs at -at %d,%d -scale %g'):format(example.AT[1], example.AT[2], example.SCALE))
