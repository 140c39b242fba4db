-- Grows tight masks into the loose ones that both passes need.
--   th scripts/dilate_mask.lua                                  all data/N_c_mask.jpg -> data/N_c_mask_dilated.jpg
--   th scripts/dilate_mask.lua -mask cat.png -output loose.png  one
require 'torch'
require 'nn'
require 'image'
local command = require 'pen.harmonize.command'
local dilate = require 'pen.harmonize.dilate'

local cmd = torch.CmdLine()
cmd:text('Grows tight masks (white on the object) into loose ones (where pixels may move): a Gaussian blur, cut at')
cmd:text('0.1. Its window is 35 pixels where the longer side is 700, and scales with it. Without options it turns')
cmd:text('every data/N_c_mask.jpg (or .png) into data/N_c_mask_dilated.jpg; those that are there are made anew.')
cmd:text()
cmd:option('-data', 'data', 'folder with the tight masks')
cmd:option('-mask', '', 'one tight mask instead')
cmd:option('-output', '', 'its loose mask: .png or .jpg')
local params = cmd:parse(arg)

local function one(tight, loose)
  dilate.file(tight, loose)
  io.write(tight, ' -> ', loose, '\n')
end

local function all(folder)
  if not paths.dirp(folder) then error(('-data %s is no folder: name the one with the masks'):format(folder)) end
  local names = dilate.tight_names(folder)
  if #names == 0 then error(('-data %s holds no tight mask named like 0_c_mask.jpg'):format(folder)) end
  for _, name in ipairs(names) do one(folder .. '/' .. name, folder .. '/' .. dilate.loose_name(name)) end
end

command.main('dilate_mask', function()
  if (params.mask == '') ~= (params.output == '') then error('give -mask and -output together') end
  if params.mask ~= '' then one(params.mask, params.output) else all(params.data) end
end)
