-- Paints the demo's example: a landscape, and an object to paste into it.
--   th scripts/paint_example.lua -folder out/example
require 'torch'
require 'nn'
require 'image'
local example = require 'pen.art.example'

local cmd = torch.CmdLine()
cmd:text('Paints an evening bay and renders a sailing boat: painting.png, object.png (with alpha), and harmonize.json')
cmd:text('for pentimento harmonize -config; naive.png, mask.png, mask_dilated.png and levels.txt for the two passes.')
cmd:text()
cmd:option('-folder', 'out/example', 'made if it is not there')
local params = cmd:parse(arg)

assert(paths.mkdir(params.folder))
example.write(params.folder, example.painting(), example.object())
print(('wrote painting, object and what goes with them; paste it with\n' ..
  '  pentimento harmonize -config %s/harmonize.json -output result.png'):format(params.folder))
