-- nn.Replicate(nf [, dim = 1 [, ndim]]): the input nf times along a new dimension dim, without a copy. A tensor with
-- more than ndim dimensions is a batch, and dim counts within its samples.
local utils = require 'nn.utils'

local Replicate, parent = torch.class('nn.Replicate', 'nn.Module')

function Replicate:__init(nf, dim, ndim)
  parent.__init(self)
  self.nfeatures, self.dim, self.ndim = nf, dim or 1, ndim
  if self.dim < 1 then error('nn.Replicate: the dimension must be positive', 3) end
end

local function place(self, input)
  return (self.dim or 1) + (self.ndim and input:dim() > self.ndim and 1 or 0)
end

function Replicate:updateOutput(input)
  local d = place(self, input)
  local single = utils.addSingletonDimension(input, d)
  local size = single:size()
  size[d] = self.nfeatures
  return self.output:set(single:expand(size))
end

function Replicate:updateGradInput(input, gradOutput)
  local g = gradOutput:contiguous():view(self.output:size())
  return self.gradInput:set(g:sum(place(self, input)):view(input:size()))
end
