-- nn.CDivTable: the quotient of a pair of tensors of one size, element by element.
local define = require('nn.table_layer').define

-- g / b, and -g a / b^2
define('CDivTable', nil, function(_, output, entry) output:cdiv(entry) end, function(_, input, gradOutput, i, g)
  g:cdiv(gradOutput, input[2])
  if i == 2 then g:cmul(input[1]):cdiv(input[2]):mul(-1) end
end)
