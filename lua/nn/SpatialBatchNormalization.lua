-- nn.SpatialBatchNormalization(nOutput, ...): nn.BatchNormalization of the nOutput maps of B x nOutput x H x W.
local SpatialBatchNormalization = torch.class('nn.SpatialBatchNormalization', 'nn.BatchNormalization')

SpatialBatchNormalization.__version = 2
SpatialBatchNormalization.nDim = 4
