-- A world for `pentimento harmonize`: the synthetic example with a tiny VGG-19 of random weights.
local synthetic = require 'harmonize.synthetic'
local writer = require 'model.writer'
local helper = require 'helper'
local shell = require 'shell'
local M = {}

-- {folder, options = those of a whole run}
function M.world()
  local params = synthetic.params()
  local model = helper.write(params.folder .. '/tiny.caffemodel', writer.net(1, writer.vgg19(helper.numbers(5))))
  return {
    folder = params.folder,
    options = {
      painting = params.style_image, composite = params.content_image, output = params.folder .. '/result.png',
      model_file = model, num_iterations = 12, image_size = 48, style_level = 5,
    },
  }
end

function M.remove(world) synthetic.remove(world) end

-- The line that runs it with the world's options and changes to them.
function M.line(world, changes)
  local options = {}
  for name, value in pairs(world.options) do options[name] = value end
  for name, value in pairs(changes) do options[name] = value end
  return shell.line('harmonize', options)
end

-- Runs it; returns exit status, stdout, stderr.
function M.harmonize(world, changes) return shell.run(M.line(world, changes)) end

return M
