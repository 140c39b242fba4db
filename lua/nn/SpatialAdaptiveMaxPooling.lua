-- nn.SpatialAdaptiveMaxPooling(W, H): the largest value of each of W x H windows that cover C x H' x W', or a batch of
-- it; the first one in raster order wins.
require('nn.adaptive').define('SpatialAdaptiveMaxPooling', function(window)
  return (window:max(2))
end, function(window, g)
  local _, place = window:max(2)
  return window:clone():zero():scatter(2, place, g)
end)
