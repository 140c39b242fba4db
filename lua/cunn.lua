-- cunn: lets nn's layers work on Cuda tensors. They do, because kernels are chosen by the tensor's backend; loading
-- cutorch and nn is all there is to do.
require 'cutorch'
require 'nn'

_G.cunn = {}
return cunn
