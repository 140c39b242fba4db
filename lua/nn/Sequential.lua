-- nn.Sequential: modules one after another; the output of each is the input of the next.
local Sequential, parent = torch.class('nn.Sequential', 'nn.Container')

-- After every change of the list: the container's own output and gradient are its ends'.
local function renew(self)
  local first, last = self.modules[1], self.modules[#self.modules]
  self.gradInput = first and first.gradInput or torch.Tensor()
  self.output = last and last.output or torch.Tensor()
  self:sync()
  return self
end

function Sequential:add(module)
  parent.add(self, module)
  return renew(self)
end

-- Puts module at index 1 .. size + 1, which is where it goes without one.
function Sequential:insert(module, index)
  index = index or #self.modules + 1
  if index < 1 or index > #self.modules + 1 then
    error(('nn.Sequential:insert: index %d is out of range 1..%d'):format(index, #self.modules + 1), 2)
  end
  table.insert(self.modules, index, module)
  return renew(self)
end

-- Takes out the module at index 1 .. size, the last one without an index, and returns it.
function Sequential:remove(index)
  index = index or #self.modules
  if index < 1 or index > #self.modules then
    error(('nn.Sequential:remove: index %d is out of range 1..%d'):format(index, #self.modules), 2)
  end
  local module = table.remove(self.modules, index)
  renew(self)
  return module
end

-- Whether module i is a convolution with a ReLU behind it that works in place, both as they come. What the convolution
-- alone would have written nobody gets to see: the two are computed as one.
local function is_rectified(self, i)
  local module, behind = self.modules[i], self.modules[i + 1]
  return behind and behind.inplace and torch.type(behind) == 'nn.ReLU' and
    torch.type(module) == 'nn.SpatialConvolution' and not rawget(module, 'updateOutput') and
    not rawget(behind, 'updateOutput') or nil
end

function Sequential:updateOutput(input)
  local output, i = input, 1
  while i <= #self.modules do
    local module, rectified = self.modules[i], is_rectified(self, i)
    output = self:rethrowErrors(module, i, 'updateOutput', output, rectified)
    if rectified then
      i = i + 1
      output = self.modules[i].output:set(output)
    end
    i = i + 1
  end
  self.output = output
  return output
end

-- Input of module i in the last forward(input). A module that works in place may have overwritten it, as in Torch.
local function input_of(self, i, input)
  return i > 1 and self.modules[i - 1].output or input
end

-- updateGradInput or backward of every module, last first: what one returns is the gradOutput of the one before.
local function gradients(self, method, input, gradOutput, scale)
  for i = #self.modules, 1, -1 do
    local module = self.modules[i]
    gradOutput = self:rethrowErrors(module, i, method, input_of(self, i, input), gradOutput, scale)
    module.gradInput = gradOutput
  end
  self.gradInput = gradOutput
  return gradOutput
end

function Sequential:updateGradInput(input, gradOutput)
  return gradients(self, 'updateGradInput', input, gradOutput)
end

function Sequential:backward(input, gradOutput, scale)
  return gradients(self, 'backward', input, gradOutput, scale or 1)
end

-- After updateGradInput: the same walk for a method that only touches parameters.
local function accumulate(self, method, input, gradOutput, factor)
  for i = #self.modules, 1, -1 do
    local module = self.modules[i]
    self:rethrowErrors(module, i, method, input_of(self, i, input), gradOutput, factor)
    gradOutput = module.gradInput
  end
end

function Sequential:accGradParameters(input, gradOutput, scale)
  accumulate(self, 'accGradParameters', input, gradOutput, scale or 1)
end

function Sequential:accUpdateGradParameters(input, gradOutput, lr)
  accumulate(self, 'accUpdateGradParameters', input, gradOutput, lr)
end

-- Classes derived from this one print the same name, as in Torch.
function Sequential:__tostring__()
  return self:chain_text('nn.Sequential')
end
