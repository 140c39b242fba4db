-- image.lena and image.fabio: a colour and a gray picture for trying things out, of the sizes of Torch's. They show
-- what scripts/demo paints, not what they showed in Torch.
local folder = require('paths').dirname(debug.getinfo(1, 'S').source:sub(2)) .. '/assets/'

return function(image)
  function image.lena() return image.load(folder .. 'bay.jpg', 3) end -- 3x512x512
  function image.fabio() return image.load(folder .. 'boat.jpg', 1):select(1, 1) end -- 257x271
end
