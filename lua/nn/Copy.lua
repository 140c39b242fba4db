-- nn.Copy([intype [, outtype [, forceCopy [, dontCast]]]]): converts its input from one tensor type to another. Both
-- default to torch.Tensor's type; with equal ones it passes the input on, unless forceCopy. dontCast: converting the
-- module leaves it as it is.
local Copy, parent = torch.class('nn.Copy', 'nn.Module')

function Copy:__init(intype, outtype, forceCopy, dontCast)
  parent.__init(self)
  self.forceCopy, self.dontCast = forceCopy or false, dontCast or false
  self.gradInput = self.gradInput:type(intype or torch.getdefaulttensortype())
  self.output = self.output:type(outtype or torch.getdefaulttensortype())
end

local function copy(self, result, source)
  if not self.forceCopy and torch.type(result) == torch.type(source) then return result:set(source) end
  return result:resize(source:size()):copy(source)
end

function Copy:updateOutput(input)
  return copy(self, self.output, input)
end

function Copy:updateGradInput(_, gradOutput)
  return copy(self, self.gradInput, gradOutput)
end

function Copy:type(type_name, done)
  if type_name and self.dontCast then return self end
  return parent.type(self, type_name, done)
end
