-- nn.NarrowTable(offset [, length = 1]): the entries offset .. offset + length - 1 of the input table. The gradient is
-- zero for the others.
local utils = require 'nn.utils'

local NarrowTable, parent = torch.class('nn.NarrowTable', 'nn.Module')

function NarrowTable:__init(offset, length)
  parent.__init(self)
  self.offset, self.length = offset, length or 1
  if not offset then error('nn.NarrowTable needs an offset', 3) end
  self.output, self.gradInput = {}, {}
end

function NarrowTable:updateOutput(input)
  self.output = {}
  for i = 1, self.length do self.output[i] = input[self.offset + i - 1] end
  return self.output
end

function NarrowTable:updateGradInput(input, gradOutput)
  utils.recursiveFill(utils.recursiveResizeAs(self.gradInput, input), 0)
  for i = 1, #gradOutput do
    local place = self.offset + i - 1
    self.gradInput[place] = utils.recursiveCopy(self.gradInput[place], gradOutput[i])
  end
  return self.gradInput
end
