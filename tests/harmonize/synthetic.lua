-- A small world for specs of the passes: a painting, a composite with a disc pasted in, its masks, style levels, and a
-- VGG-19 of random weights with a sixteenth of the channels. Files lie in a folder of their own; remove() deletes it.
require 'torch'
require 'nn'
require 'image'
require 'optim'
require 'paths'
local helper = require 'helper'

local M = {}

local WIDTH, HEIGHT = 48, 40

local function picture(pixel)
  local t = torch.Tensor(3, HEIGHT, WIDTH)
  for y = 1, HEIGHT do
    for x = 1, WIDTH do
      for c = 1, 3 do t[c][y][x] = pixel(c, x, y) end
    end
  end
  return t
end

local function disc(radius)
  return picture(function(_, x, y) return ((x - 22) ^ 2 + (y - 19) ^ 2 < radius ^ 2) and 1 or 0 end)
end

-- Returns the options of both passes for a new folder of files.
function M.params()
  local folder = os.tmpname()
  os.remove(folder)
  assert(paths.mkdir(folder))
  local number = helper.numbers(3)
  local painting = picture(function(c, x, y)
    return 0.4 + 0.3 * math.sin(x / (2 + c)) * math.cos(y / 5) + number(0, 0.2)
  end)
  local tight, loose = disc(7), disc(10)
  local composite = torch.cmul(painting, 1 - tight):add(tight * 0.8)
  local function save(name, t)
    image.save(folder .. '/' .. name, t)
    return folder .. '/' .. name
  end
  local levels = folder .. '/levels.txt'
  local file = assert(io.open(levels, 'w'))
  file:write('idx=0, classified label=Baroque, weight=1.0\nidx=1, classified label=Impressionism, weight=5.0\n')
  file:close()
  return {
    folder = folder,
    style_image = save('painting.png', painting), content_image = save('composite.png', composite),
    cnnmrf_image = folder .. '/composite.png', tmask_image = save('tight.png', tight),
    mask_image = save('loose.png', loose), image_size = WIDTH, gpu = -1, num_iterations = 4, print_iter = 0,
    save_iter = 0, output_image = folder .. '/out.png', optimizer = 'lbfgs', learning_rate = 0.1,
    original_colors = 0, init = 'image', seed = 316, patchmatch_size = 3,
    content_weight = 5, style_weight = 100, tv_weight = 1e-3, normalize_gradients = false, content_layers = 'relu4_1',
    style_layers = 'relu3_1,relu4_1,relu5_1', refine_size = 5, refine_iter = 1, ring_radius = 1, index = 1,
    wikiart_fn = levels,
  }
end

function M.remove(params) os.execute('rm -rf ' .. params.folder) end

local function named(net, name, layer)
  layer.name = name
  net:add(layer:float())
end

-- VGG-19's layers up to relu5_1.
function M.network()
  local net, planes, number = nn.Sequential(), 3, helper.numbers(11)
  for block, spec in ipairs {{4, 2}, {8, 2}, {16, 4}, {32, 4}, {32, 1}} do
    for i = 1, spec[2] do
      local convolution = nn.SpatialConvolution(planes, spec[1], 3, 3, 1, 1, 1, 1):float()
      local reach = math.sqrt(6 / (planes * 9))
      convolution.weight:apply(function() return number(-reach, reach) end)
      convolution.bias:apply(function() return number(0, 0.1) end)
      named(net, ('conv%d_%d'):format(block, i), convolution)
      named(net, ('relu%d_%d'):format(block, i), nn.ReLU(true))
      planes = spec[1]
    end
    if block < 5 then named(net, 'pool' .. block, nn.SpatialMaxPooling(2, 2, 2, 2):ceil()) end
  end
  return net
end

M.quietly = require('quiet').quietly

return M
