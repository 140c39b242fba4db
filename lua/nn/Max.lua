-- nn.Max([dimension = 1 [, nInputDims]]): the largest along dimension, which goes; the gradient goes to the first one.
require('nn.reduction').define_extreme('Max', 'max')
