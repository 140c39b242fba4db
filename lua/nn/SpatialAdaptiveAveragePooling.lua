-- nn.SpatialAdaptiveAveragePooling(W, H): the mean of each of W x H windows that cover C x H' x W', or a batch of it.
require('nn.adaptive').define('SpatialAdaptiveAveragePooling', function(window)
  return window:mean(2)
end, function(window, g)
  return torch.div(g, window:size(2)):expandAs(window):clone()
end)
