-- nn.SpatialConvolutionMap(conMatrix, kW, kH [, dW, dH]): nn.SpatialConvolution with only the connections of conMatrix.
require('nn.connected').define('SpatialConvolutionMap', 'SpatialConvolution', false)
