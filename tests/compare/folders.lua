-- A folder with small examples to compare: data/ (painting, naive composite, masks), theirs/ and ours/, and a network.
-- remove() deletes it.
require 'torch'
require 'image'
require 'paths'
local helper = require 'helper'
local writer = require 'model.writer'

local M = {}

local WIDTH, HEIGHT = 48, 40

local function picture(number)
  return torch.Tensor(3, HEIGHT, WIDTH):apply(function() return math.floor(number(0, 256)) / 255 end)
end

-- White in a rectangle.
local function mask(x, y, width, height)
  local t = torch.zeros(3, HEIGHT, WIDTH)
  t:narrow(2, y + 1, height):narrow(3, x + 1, width):fill(1)
  return t
end

-- Writes the example of this name: ours is the painting itself, theirs has a flat object.
function M.add(folder, name)
  local painting, tight = picture(helper.numbers(#name + 5)), mask(14, 10, 16, 12)
  local function save(file, t) image.save(('%s/%s'):format(folder, file):gsub('%%', name), t) end
  save('data/%_target.png', painting)
  save('data/%_naive.png', torch.cmul(painting, 1 - tight):add(tight * 0.8))
  save('data/%_c_mask.png', tight)
  save('data/%_c_mask_dilated.png', mask(12, 8, 20, 16))
  save('theirs/%_final_res2.png', torch.cmul(painting, 1 - tight):add(tight * 0.4))
  save('ours/%.png', painting)
end

-- A new folder with examples of these names.
function M.new(...)
  local folder = os.tmpname()
  os.remove(folder)
  for _, name in ipairs {'data', 'theirs', 'ours'} do assert(paths.mkdir(folder .. '/' .. name)) end
  for _, name in ipairs {...} do M.add(folder, name) end
  local file = assert(io.open(folder .. '/net.caffemodel', 'wb'))
  file:write(writer.net(1, writer.vgg19(helper.numbers(5))))
  file:close()
  return folder
end

-- The options of scripts/compare.lua for it.
function M.params(folder)
  return {
    data = folder .. '/data', ours = folder .. '/ours', theirs = folder .. '/theirs', painting = '%_target.png',
    composite = '%_naive.png', mask = '%_c_mask.png', loose_mask = '%_c_mask_dilated.png',
    ours_files = '%_final_res2.png,%.png', theirs_files = '%_final_res2.png', page = folder .. '/page.html',
    csv = folder .. '/numbers.csv', ours_name = 'ours', theirs_name = 'theirs', patches = 20,
    model_file = folder .. '/net.caffemodel',
  }
end

function M.remove(folder) assert(paths.rmall(folder, 'yes')) end

return M
