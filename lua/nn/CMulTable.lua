-- nn.CMulTable: the product of a table of tensors of one size, element by element.
local define = require('nn.table_layer').define

define('CMulTable', nil, function(_, output, entry) output:cmul(entry) end, function(_, input, gradOutput, i, g)
  g:copy(gradOutput) -- times the others, not divided by this one, which may be 0
  for j = 1, #input do
    if j ~= i then g:cmul(input[j]) end
  end
end)
