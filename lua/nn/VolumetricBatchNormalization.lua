-- nn.VolumetricBatchNormalization(nOutput, ...): nn.BatchNormalization of B x nOutput x T x H x W.
local VolumetricBatchNormalization = torch.class('nn.VolumetricBatchNormalization', 'nn.BatchNormalization')

VolumetricBatchNormalization.nDim = 5
