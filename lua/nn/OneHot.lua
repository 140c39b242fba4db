-- nn.OneHot(outputSize): whole numbers become vectors of outputSize that are 1 there and 0 elsewhere, as a new last
-- dimension. A number gives a vector.
local OneHot, parent = torch.class('nn.OneHot', 'nn.Module')

function OneHot:__init(outputSize)
  parent.__init(self)
  self.outputSize = outputSize
end

function OneHot:updateOutput(input)
  local numbers = type(input) == 'number' and torch.LongTensor {input} or input
  local whole = torch.type(self.output):find('Cuda') and 'torch.CudaLongTensor' or 'torch.LongTensor'
  local list = numbers:contiguous():view(-1, 1):type(whole)
  self.output:resize(list:size(1), self.outputSize):zero():scatter(2, list, 1)
  if type(input) == 'number' then return self.output:resize(self.outputSize) end
  local size = input:size():totable()
  size[#size + 1] = self.outputSize
  return self.output:resize(unpack(size))
end

function OneHot:updateGradInput(input)
  if type(input) == 'number' then return 0 end
  return self.gradInput:resize(input:size()):zero()
end
