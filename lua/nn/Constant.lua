-- nn.Constant(value [, nInputDim]): a number or a tensor, whatever the input; once for each sample when the input has
-- more than nInputDim dimensions.
local Constant, parent = torch.class('nn.Constant', 'nn.Module')

function Constant:__init(value, nInputDim)
  parent.__init(self)
  self.value = type(value) == 'number' and torch.Tensor {value} or value
  if not torch.isTensor(self.value) then error('nn.Constant needs a number or a tensor', 3) end
  self.nInputDim = nInputDim
end

function Constant:updateOutput(input)
  if not self.nInputDim or input:dim() <= self.nInputDim then
    return self.output:resize(self.value:size()):copy(self.value)
  end
  local size = self.value:size():totable()
  self.output:resize(input:size(1), unpack(size))
  return self.output:copy(self.value:view(1, unpack(size)):expandAs(self.output))
end

function Constant:updateGradInput(input)
  return self.gradInput:resizeAs(input):zero()
end
