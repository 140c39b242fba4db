-- nn.SpatialDropout([p = 0.5 [, stochasticInference]]): in training zeroes each map of C x H x W, or of a batch of
-- them, with probability p; in evaluation a factor 1 - p.
require('nn.map_dropout').define('SpatialDropout', 2)
