-- nn.SpatialLogSoftMax: nn.LogSoftMax across the maps at each pixel.
torch.class('nn.SpatialLogSoftMax', 'nn.LogSoftMax')
