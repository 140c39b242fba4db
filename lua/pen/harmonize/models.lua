-- Which network the people's commands use: the one named, or VGG-19 where it has been downloaded, or our own narrow
-- one, which is always there.
require 'loadcaffe'
local pen = require 'pen.ffi'
local M = {}

local OWN = pen.root .. 'models/pentimento.caffemodel'
local VGG19 = 'VGG_ILSVRC_19_layers.caffemodel'

local function readable(name)
  local file = io.open(name, 'rb')
  if file then file:close() end
  return file ~= nil
end

-- file: -model_file, '' for the best at hand. -> name of the caffemodel, and advice for the user or nil.
function M.find(file)
  if file ~= '' then return file end
  for _, folder in ipairs {os.getenv('PENTIMENTO_MODELS') or pen.root .. 'models', 'models'} do
    local name = folder .. '/' .. VGG19
    if readable(name) then return name end
  end
  return OWN, 'our own small network; VGG-19 gives more: models/download_models.sh fetches it (548 MB)'
end

-- The network in that file, as an nn.Sequential of named layers. Errors name -model_file.
function M.load(file)
  local ok, net = pcall(loadcaffe.load, file, file, 'nn', function() end)
  if not ok then error('-model_file: ' .. tostring(net):gsub('^[^\n]-%.lua:%d+: ', ''), 0) end
  return net
end

return M
