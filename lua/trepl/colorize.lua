-- Functions by name of a colour: colorize.red(text) is the text in red. noColors(), under th, turns them plain.
local colors = require 'trepl.colors'
local colorize = {}

for name in pairs(colors) do
  colorize[name] = function(text) return colors[name] .. text .. colors.none end
end

return colorize
