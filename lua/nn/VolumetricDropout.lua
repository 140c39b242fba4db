-- nn.VolumetricDropout([p = 0.5 [, stochasticInference]]): nn.SpatialDropout for C x T x H x W.
require('nn.map_dropout').define('VolumetricDropout', 3)
