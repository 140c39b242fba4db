-- nn.ReLU([inplace]): the positive part. See nn.Threshold for what in place means.
require 'nn.Threshold'

local ReLU, parent = torch.class('nn.ReLU', 'nn.Threshold')

function ReLU:__init(inplace)
  parent.__init(self, 0, 0, inplace)
end
