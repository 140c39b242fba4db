-- display: the functions by which training scripts show pictures and curves in a browser, without the browser. Where
-- the environment variable PENTIMENTO_DISPLAY names a folder, each window is a file there, <window>.png or .csv, that
-- the newest picture or curve replaces; without it nothing is kept.
require 'image'
local files = require 'pen.file'

local display = {}
local opened = 0

function display.configure() end

-- The window that is meant, a new one without options.win, and its file's name without extension or nil.
local function window(options)
  local id = options and options.win
  if id == nil then
    opened = opened + 1
    id = 'window' .. opened
  end
  local folder = os.getenv('PENTIMENTO_DISPLAY')
  return id, folder and folder .. '/' .. tostring(id):gsub('[^%w_.-]', '_')
end

-- img: a picture, a batch of them, or a table; options.min and max are shown black and white.
function display.image(img, options)
  local id, file = window(options)
  if file then
    options = options or {}
    if torch.isTensor(img) then img = img:double() end
    local shown = image.toDisplayTensor {input = img, padding = 2, nrow = options.nperrow, min = options.min,
      max = options.max}
    image.save(file .. '.png', shown)
  end
  return id
end

display.images = display.image

-- data: a tensor or table of rows; options.labels heads the columns.
function display.plot(data, options)
  local id, file = window(options)
  if file then
    if torch.isTensor(data) then data = data:totable() end
    local lines = {options and options.labels and table.concat(options.labels, ',')}
    for _, row in ipairs(data) do
      local words = {}
      for i, value in ipairs(row) do words[i] = tostring(value) end
      lines[#lines + 1] = table.concat(words, ',')
    end
    assert(files.write(file .. '.csv', table.concat(lines, '\n') .. '\n'))
  end
  return id
end

return display
