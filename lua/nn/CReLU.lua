-- nn.CReLU(nInputDims [, inplace]): the positive parts of x and of -x, joined along the first of the nInputDims
-- dimensions of a sample (Shang et al. 2016).
local CReLU, parent = torch.class('nn.CReLU', 'nn.Sequential')

function CReLU:__init(nInputDims, inplace)
  parent.__init(self)
  self.nInputDims, self.inplace = nInputDims, inplace or false
  self:add(nn.ConcatTable():add(nn.Identity()):add(nn.MulConstant(-1)))
  self:add(nn.JoinTable(1, nInputDims))
  self:add(nn.ReLU(self.inplace))
end

function CReLU:__tostring__()
  return 'CReLU()'
end
