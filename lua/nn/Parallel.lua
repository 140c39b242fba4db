-- nn.Parallel(inputDimension, outputDimension): gives slice i of the input along inputDimension to module i and joins
-- their outputs along outputDimension.
local Parallel, parent = torch.class('nn.Parallel', 'nn.Container')

function Parallel:__init(inputDimension, outputDimension)
  parent.__init(self)
  self.inputDimension, self.outputDimension = inputDimension, outputDimension
end

function Parallel:updateOutput(input)
  local outputs = {}
  for i = 1, input:size(self.inputDimension) do
    local module = self:get(i)
    outputs[i] = self:rethrowErrors(module, i, 'updateOutput', input:select(self.inputDimension, i))
  end
  return torch.cat(self.output, outputs, self.outputDimension)
end

-- Calls method of each module with its slice of the input and its part of gradOutput; what(i, result).
local function each(self, method, input, gradOutput, argument, what)
  local first = 1
  for i = 1, input:size(self.inputDimension) do
    local module, slice = self.modules[i], input:select(self.inputDimension, i)
    local size = module.output:size(self.outputDimension)
    local part = gradOutput:narrow(self.outputDimension, first, size)
    local result = self:rethrowErrors(module, i, method, slice, part, argument)
    if what then what(i, result) end
    first = first + size
  end
end

function Parallel:updateGradInput(input, gradOutput)
  self.gradInput:resizeAs(input)
  each(self, 'updateGradInput', input, gradOutput, nil, function(i, gradient)
    self.gradInput:select(self.inputDimension, i):copy(gradient)
  end)
  return self.gradInput
end

function Parallel:accGradParameters(input, gradOutput, scale)
  each(self, 'accGradParameters', input, gradOutput, scale or 1)
end

function Parallel:accUpdateGradParameters(input, gradOutput, lr)
  each(self, 'accUpdateGradParameters', input, gradOutput, lr)
end

function Parallel:__tostring__()
  return self:branches_text('`->')
end
