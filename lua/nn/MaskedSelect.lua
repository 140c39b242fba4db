-- nn.MaskedSelect(): the elements of input[1] where input[2], a ByteTensor, is 1, as a vector.
local MaskedSelect, parent = torch.class('nn.MaskedSelect', 'nn.Module')

function MaskedSelect:__init()
  parent.__init(self)
  self.gradInput = {}
end

function MaskedSelect:updateOutput(input)
  return self.output:set(input[1]:maskedSelect(input[2]))
end

function MaskedSelect:updateGradInput(input, gradOutput)
  local gradient, mask = input[1].new():resizeAs(input[1]):zero(), input[2]
  gradient:maskedCopy(mask, gradOutput)
  self.gradInput = {gradient, mask.new():resizeAs(mask):zero()}
  return self.gradInput
end
