-- nn.SelectTable(index): one entry of the input table; index may be a key, or negative to count from the end. The
-- gradient is zero for the other entries.
local utils = require 'nn.utils'

local SelectTable, parent = torch.class('nn.SelectTable', 'nn.Module')

function SelectTable:__init(index)
  parent.__init(self)
  self.index = index
  self.gradInput = {}
end

local function selected(self, input)
  local index = self.index
  if type(index) == 'number' and index < 0 then index = #input + index + 1 end
  if input[index] == nil then error(('nn.SelectTable: the input has no entry %s'):format(tostring(index)), 3) end
  return index
end

function SelectTable:updateOutput(input)
  self.output = input[selected(self, input)]
  return self.output
end

function SelectTable:updateGradInput(input, gradOutput)
  local index = selected(self, input)
  self.gradInput = utils.recursiveFill(utils.recursiveResizeAs(self.gradInput, input), 0)
  self.gradInput[index] = utils.recursiveCopy(self.gradInput[index], gradOutput)
  return self.gradInput
end

SelectTable.clearState = nn.Identity.clearState

function SelectTable:__tostring__()
  return ('%s(%s)'):format(torch.type(self), tostring(self.index))
end
