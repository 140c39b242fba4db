-- nn.SpatialReflectionPadding(left [, right [, top [, bottom]]]): continues the maps by their mirror image, without
-- repeating the border, left many pixels on each side that is not given; negative numbers crop.
local padding = require 'nn.padding'

padding.define('SpatialReflectionPadding', function(place, size)
  return place < 1 and 2 - place or 2 * size - place
end)
