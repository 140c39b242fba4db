-- nn.SpatialFullConvolutionMap(conMatrix, kW, kH [, dW, dH]): nn.SpatialFullConvolution with only the connections of
-- conMatrix.
require('nn.connected').define('SpatialFullConvolutionMap', 'SpatialFullConvolution', true)
