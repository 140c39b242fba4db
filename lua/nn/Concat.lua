-- nn.Concat(dimension): gives the same input to every module and joins their outputs along dimension.
local Concat, parent = torch.class('nn.Concat', 'nn.Container')

function Concat:__init(dimension)
  parent.__init(self)
  self.dimension = dimension
end

function Concat:updateOutput(input)
  local outputs = {}
  for i, module in ipairs(self.modules) do
    outputs[i] = self:rethrowErrors(module, i, 'updateOutput', input)
  end
  return torch.cat(self.output, outputs, self.dimension)
end

-- The part of gradOutput that belongs to a module's output, whose place along the dimension is first.
function Concat:part(gradOutput, output, first)
  return gradOutput:narrow(self.dimension, first, output:size(self.dimension))
end

-- Calls what(module, i, its part of gradOutput) for each module.
local function each_part(self, gradOutput, what)
  local first = 1
  for i, module in ipairs(self.modules) do
    what(module, i, self:part(gradOutput, module.output, first))
    first = first + module.output:size(self.dimension)
  end
end

-- The sum of what method (updateGradInput or backward) of the modules returns.
local function gathered(self, method, input, gradOutput, scale)
  self.gradInput:resizeAs(input):zero()
  each_part(self, gradOutput, function(module, i, part)
    local gradient = self:rethrowErrors(module, i, method, input, part, scale)
    if gradient then self.gradInput:add(gradient) end
  end)
  return self.gradInput
end

function Concat:updateGradInput(input, gradOutput)
  return gathered(self, 'updateGradInput', input, gradOutput)
end

function Concat:backward(input, gradOutput, scale)
  return gathered(self, 'backward', input, gradOutput, scale or 1)
end

function Concat:accGradParameters(input, gradOutput, scale)
  each_part(self, gradOutput, function(module, i, part)
    self:rethrowErrors(module, i, 'accGradParameters', input, part, scale or 1)
  end)
end

function Concat:accUpdateGradParameters(input, gradOutput, lr)
  each_part(self, gradOutput, function(module, i, part)
    self:rethrowErrors(module, i, 'accUpdateGradParameters', input, part, lr)
  end)
end

function Concat:__tostring__()
  return self:branches_text('`->')
end
