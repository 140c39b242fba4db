-- nn.SpatialReplicationPadding(left [, right [, top [, bottom]]]): continues the maps by their border pixels, left many
-- on each side that is not given; negative numbers crop.
local padding = require 'nn.padding'

padding.define('SpatialReplicationPadding', function(place, size)
  return place < 1 and 1 or size
end)
