-- Arguments that no form of a function takes: the error names their types, in Torch's words.
local error = require 'pen.blame'
local class = require 'torch.class'

local M = {}

-- Raises the error at the line that called torch.
function M.refuse(...)
  local types = {}
  for i = 1, select('#', ...) do types[i] = class.type((select(i, ...))):gsub('^torch%.', '') end
  error.named('invalid arguments: ' .. table.concat(types, ' '))
end

return M
