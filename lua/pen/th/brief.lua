-- A value in a few words, where many stand below each other: 'DoubleTensor - size: 2x3'.
require 'torch'

local function sizes(value)
  if torch.isStorage(value) then return ' - size: ' .. value:size() end
  if value:dim() == 0 then return ' - empty' end
  return ' - size: ' .. table.concat(value:size():totable(), 'x')
end

return function(value)
  if not torch.isTensor(value) and not torch.isStorage(value) then return tostring(value) end
  return torch.typename(value):match('[^.]*$') .. sizes(value)
end
