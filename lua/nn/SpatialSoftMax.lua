-- nn.SpatialSoftMax: nn.SoftMax across the maps at each pixel.
torch.class('nn.SpatialSoftMax', 'nn.SoftMax')
