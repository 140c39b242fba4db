-- nn.ReLU6([inplace]): x clamped to [0, 6].
local ReLU6, parent = torch.class('nn.ReLU6', 'nn.HardTanh')

-- Of the class: files made by Torch do not hold them.
ReLU6.min_val, ReLU6.max_val = 0, 6

function ReLU6:__init(inplace)
  parent.__init(self, 0, 6, inplace)
end
