-- nn.Min([dimension = 1 [, nInputDims]]): the smallest along dimension, which goes; the gradient goes to the first one.
require('nn.reduction').define_extreme('Min', 'min')
