-- nn.CMaxTable: the largest of a table of tensors of one size, element by element; the gradient goes to the first one
-- that has it.
require('nn.table_layer').define_extreme('CMaxTable', 'gt')
