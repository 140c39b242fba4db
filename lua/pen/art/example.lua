-- An example of our own making, for when there are no pictures at hand: a painted bay in the evening, and a rendered
-- boat to paste into it. The same in every run and on every machine.
local json = require 'dkjson'
local files = require 'pen.file'
local boat = require 'pen.art.boat'
local landscape = require 'pen.art.landscape'
local masks = require 'pen.harmonize.masks'
local paste = require 'pen.harmonize.paste'

local M = {}

M.AT, M.SCALE = {316, 110}, 1 -- where the object's upper left corner belongs in the painting, and its enlargement

-- 3 x 525 x 700 float, RGB in [0, 1].
M.painting = landscape.painting

-- 4 x h x w float, RGB and alpha.
function M.object() return boat.render(285) end

-- The painting with the object pasted in (3 x H x W double), and its tight mask (H x W float).
function M.composite(painting, object)
  return paste.object(painting, object, M.AT[1], M.AT[2], M.SCALE, 'object.png')
end

-- Writes into a folder that exists: painting.png and object.png (with alpha), with harmonize.json, the options of
-- `pentimento harmonize`; naive.png, mask.png, mask_dilated.png and levels.txt, which the original's scripts want.
function M.write(folder, painting, object)
  local naive, mask = M.composite(painting, object)
  for name, picture in pairs {painting = painting, object = object, naive = naive} do
    image.save(('%s/%s.png'):format(folder, name), picture)
  end
  for name, m in pairs {mask = mask, mask_dilated = masks.grown(mask)} do
    image.save(('%s/%s.png'):format(folder, name), m:view(1, m:size(1), m:size(2)):repeatTensor(3, 1, 1))
  end
  assert(files.write(folder .. '/levels.txt', 'idx=0, classified label=Impressionism, weight=5\n'))
  assert(files.write(folder .. '/harmonize.json', json.encode({
    painting = folder .. '/painting.png', object = folder .. '/object.png', at = table.concat(M.AT, ','),
    scale = M.SCALE, genre = 'impressionism',
  }, {indent = true}) .. '\n'))
end

return M
