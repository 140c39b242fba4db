-- nn.SpatialZeroPadding(left [, right [, top [, bottom]]]): zeros around the maps, left many on each side that is not
-- given; negative numbers crop.
local padding = require 'nn.padding'

padding.define('SpatialZeroPadding', function() return nil end)
