-- nn.ConcatTable: gives the same input to every module; the output is the table of theirs.
local utils = require 'nn.utils'

local ConcatTable, parent = torch.class('nn.ConcatTable', 'nn.Container')

function ConcatTable:__init()
  parent.__init(self)
  self.output = {}
end

function ConcatTable:updateOutput(input)
  for i, module in ipairs(self.modules) do
    self.output[i] = self:rethrowErrors(module, i, 'updateOutput', input)
  end
  return self.output
end

-- Sums, in a buffer of its own, what method (updateGradInput or backward) of the modules returns.
local function gathered(self, method, input, gradOutput, scale)
  for i, module in ipairs(self.modules) do
    local gradient = self:rethrowErrors(module, i, method, input, gradOutput[i], scale)
    if i == 1 then
      self.gradInput = utils.recursiveCopy(self.gradInput, gradient)
    else
      utils.recursiveAdd(self.gradInput, gradient)
    end
  end
  return self.gradInput
end

function ConcatTable:updateGradInput(input, gradOutput)
  return gathered(self, 'updateGradInput', input, gradOutput)
end

function ConcatTable:backward(input, gradOutput, scale)
  return gathered(self, 'backward', input, gradOutput, scale or 1)
end

function ConcatTable:accGradParameters(input, gradOutput, scale)
  for i, module in ipairs(self.modules) do
    self:rethrowErrors(module, i, 'accGradParameters', input, gradOutput[i], scale or 1)
  end
end

function ConcatTable:accUpdateGradParameters(input, gradOutput, lr)
  for i, module in ipairs(self.modules) do
    self:rethrowErrors(module, i, 'accUpdateGradParameters', input, gradOutput[i], lr)
  end
end

function ConcatTable:__tostring__()
  return self:branches_text('`->')
end
