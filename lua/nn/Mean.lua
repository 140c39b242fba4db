-- nn.Mean([dimension = 1 [, nInputDims]]): the mean along dimension, which goes.
local Mean, parent = torch.class('nn.Mean', 'nn.Sum')

function Mean:__init(dimension, nInputDims)
  parent.__init(self, dimension, nInputDims, true)
end
