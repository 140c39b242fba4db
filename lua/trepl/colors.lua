-- Terminal escapes by name: red, Red is bold, _red is a background, none ends them all. Empty texts where standard
-- output shows no colours.
local shown = require('pen.terminal').colours()
local colors = {}

local function set(name, code) colors[name] = shown and ('\27[%sm'):format(code) or '' end

set('none', '0')
for i, name in ipairs {'black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'} do
  set(name, '0;' .. 29 + i)
  set(name:gsub('^%l', string.upper), '1;' .. 29 + i)
  set('_' .. name, 39 + i)
end

return colors
