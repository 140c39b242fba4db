-- Running `pentimento` as people do, on the synthetic example with a tiny VGG-19 of random weights.
local synthetic = require 'harmonize.synthetic'
local writer = require 'model.writer'
local helper = require 'helper'
local pen = require 'pen.ffi'
local M = {}

local function shell_quote(text) return "'" .. tostring(text):gsub("'", "'\\''") .. "'" end

function M.write(path, text)
  local file = assert(io.open(path, 'wb'))
  file:write(text)
  file:close()
  return path
end

function M.read(path)
  local file = assert(io.open(path, 'rb'))
  local text = file:read('*a')
  file:close()
  return text
end

-- A folder with the synthetic example and a model: {folder, options = those of a whole run}.
function M.world()
  local params = synthetic.params()
  local model = M.write(params.folder .. '/tiny.caffemodel', writer.net(1, writer.vgg19(helper.numbers(5))))
  return {
    folder = params.folder,
    options = {
      painting = params.style_image, composite = params.content_image, output = params.folder .. '/result.png',
      model_file = model, num_iterations = 12, image_size = 48, style_level = 5,
    },
  }
end

function M.remove(world) synthetic.remove(world) end

-- The options with changes; false takes one away, true gives a flag.
function M.line(command, options, changes)
  local values = {}
  for name, value in pairs(options) do values[name] = value end
  for name, value in pairs(changes or {}) do values[name] = value end
  local words = {pen.root .. 'scripts/pentimento', command}
  for name, value in pairs(values) do
    if value then words[#words + 1] = '-' .. name .. (value == true and '' or ' ' .. shell_quote(value)) end
  end
  return table.concat(words, ' ')
end

-- Runs a shell line; returns exit status, stdout, stderr.
function M.shell(line)
  local out, errors = os.tmpname(), os.tmpname()
  local status = os.execute(('{ %s\n} >%s 2>%s'):format(line, out, errors))
  local texts = {M.read(out), M.read(errors)}
  os.remove(out)
  os.remove(errors)
  return status >= 256 and status / 256 or status, texts[1], texts[2]
end

-- What a shell line prints.
function M.captured(line) return (select(2, M.shell(line))) end

-- Runs `pentimento harmonize`.
function M.harmonize(world, changes) return M.shell(M.line('harmonize', world.options, changes)) end

return M
