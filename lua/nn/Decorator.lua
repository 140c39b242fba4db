-- nn.Decorator(module): base of the containers that wrap one module; by itself it passes everything on to it.
local Decorator, parent = torch.class('nn.Decorator', 'nn.Container')

function Decorator:__init(module)
  parent.__init(self)
  self:add(module)
end

function Decorator:updateOutput(input)
  self.output = self.modules[1]:updateOutput(input)
  return self.output
end

function Decorator:updateGradInput(input, gradOutput)
  self.gradInput = self.modules[1]:updateGradInput(input, gradOutput)
  return self.gradInput
end

function Decorator:accGradParameters(input, gradOutput, scale)
  self.modules[1]:accGradParameters(input, gradOutput, scale)
end

function Decorator:accUpdateGradParameters(input, gradOutput, lr)
  self.modules[1]:accUpdateGradParameters(input, gradOutput, lr)
end

-- Gives another class, which may have another parent, the methods that pass everything on.
function Decorator.decorate(class)
  for _, name in ipairs {'updateOutput', 'updateGradInput', 'accGradParameters', 'accUpdateGradParameters',
                         'sharedAccUpdateGradParameters', '__tostring__'} do
    class[name] = Decorator[name]
  end
end

function Decorator:__tostring__()
  return ('%s @ %s'):format(torch.type(self), tostring(self.modules[1]))
end
