-- nn.CSubTable: the difference of a pair of tensors of one size.
local define = require('nn.table_layer').define

define('CSubTable', nil, function(_, output, entry) output:add(-1, entry) end, function(_, _, gradOutput, i, g)
  g:mul(gradOutput, i == 1 and 1 or -1)
end)
