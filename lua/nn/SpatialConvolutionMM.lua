-- nn.SpatialConvolutionMM: a SpatialConvolution that keeps its kernels as a matrix, nOut x (nIn kH kW).
require 'nn.SpatialConvolution'

local SpatialConvolutionMM, parent = torch.class('nn.SpatialConvolutionMM', 'nn.SpatialConvolution')

function SpatialConvolutionMM:__init(...)
  parent.__init(self, ...)
  self.weight = self.weight:view(self.nOutputPlane, self.nInputPlane * self.kH * self.kW)
end
