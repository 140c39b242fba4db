-- nn.MapTable([module [, shared = true]]): gives each entry of the input table to a clone of one module; the output is
-- the table of theirs. The clones are made as entries come, and share parameters and gradients unless shared is false.
local MapTable, parent = torch.class('nn.MapTable', 'nn.Container')

function MapTable:__init(module, shared)
  parent.__init(self)
  self.shared = shared ~= false
  self.sharedparams = {'weight', 'bias', 'gradWeight', 'gradBias'}
  self.output, self.gradInput = {}, {}
  if module then self:add(module) end
end

function MapTable:add(module)
  if self.module then error('nn.MapTable holds a single module', 2) end
  self.module = module
  return parent.add(self, module)
end

-- Makes n modules, or more if there are more.
local function extend(self, n)
  for i = #self.modules + 1, n do
    if self.shared then self.module:parameters() end -- so that there are gradients to share
    parent.add(self, self.shared and self.module:clone(unpack(self.sharedparams)) or self.module:clone())
  end
end

function MapTable:resize(n)
  extend(self, n)
  for i = #self.modules, n + 1, -1 do self.modules[i] = nil end
  self:sync()
end

-- Calls method of the modules with the entries; returns the table of the results.
local function mapped(self, method, input, gradOutput, argument)
  extend(self, #input)
  local results = {}
  for i = 1, #input do
    local g = gradOutput and gradOutput[i]
    results[i] = self:rethrowErrors(self.modules[i], i, method, input[i], g, argument)
  end
  return results
end

function MapTable:updateOutput(input)
  self.output = mapped(self, 'updateOutput', input)
  return self.output
end

function MapTable:updateGradInput(input, gradOutput)
  self.gradInput = mapped(self, 'updateGradInput', input, gradOutput)
  return self.gradInput
end

function MapTable:accGradParameters(input, gradOutput, scale)
  mapped(self, 'accGradParameters', input, gradOutput, scale or 1)
end

function MapTable:accUpdateGradParameters(input, gradOutput, lr)
  mapped(self, 'accUpdateGradParameters', input, gradOutput, lr)
end

-- What is shared counts once.
function MapTable:zeroGradParameters()
  if self.shared then self.module:zeroGradParameters() else parent.zeroGradParameters(self) end
end

function MapTable:updateParameters(lr)
  if self.shared then self.module:updateParameters(lr) else parent.updateParameters(self, lr) end
end

function MapTable:clearState()
  self:resize(1)
  return parent.clearState(self)
end

function MapTable:__tostring__()
  if not self.module then return torch.type(self) .. ' { }' end
  return ('%s {\n  %s\n}'):format(torch.type(self), (tostring(self.module):gsub('\n', '\n        ')))
end
