-- nn.LayerNormalization(nOutput [, bias = 0 [, eps = 1e-10 [, affine = true]]]): each vector of a batch to mean 0 and
-- variance 1 (Ba et al. 2016), then a gain and a bias to learn.
local LayerNormalization, parent = torch.class('nn.LayerNormalization', 'nn.Sequential')

function LayerNormalization:__init(nOutput, bias, eps, affine)
  parent.__init(self)
  local mean = nn.Sequential():add(nn.Mean(1, 1)):add(nn.Replicate(nOutput, 1, 0))
  self:add(nn.ConcatTable():add(nn.Identity()):add(mean)):add(nn.CSubTable())
  self:add(nn.Normalize(2, eps or 1e-10)):add(nn.MulConstant(math.sqrt(nOutput)))
  if affine == false then return end
  local gain, shift = nn.CMul(nOutput), nn.Add(nOutput)
  gain.weight:fill(1)
  shift.bias:fill(bias or 0)
  self:add(gain):add(shift)
end
