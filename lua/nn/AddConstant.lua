-- nn.AddConstant(constant [, inplace]): input plus a number, or plus a vector, which is added to each row of a matrix.
-- inplace: overwrites the input; backward restores it.
local broadcast = require 'nn.broadcast'

local AddConstant, parent = torch.class('nn.AddConstant', 'nn.Module')

function AddConstant:__init(constant, inplace)
  parent.__init(self)
  self.constant_scalar = torch.isTensor(constant) and constant or tonumber(constant) or
    error('nn.AddConstant needs a number or a vector', 3)
  self.inplace = inplace or false
end

local function fitted(self, input)
  if type(self.constant_scalar) == 'number' then return self.constant_scalar end
  return broadcast.fitted(self.constant_scalar, input):expandAs(input)
end

function AddConstant:updateOutput(input)
  if self.inplace then
    self.output:set(input:add(fitted(self, input)))
  else
    self.output:add(input, fitted(self, input))
  end
  return self.output
end

function AddConstant:updateGradInput(input, gradOutput)
  if self.inplace then
    self.gradInput:set(gradOutput)
    -- As it was, for the module before.
    if type(self.constant_scalar) == 'number' then
      input:add(-self.constant_scalar)
    else
      input:add(-1, fitted(self, input))
    end
  else
    self.gradInput:resizeAs(gradOutput):copy(gradOutput)
  end
  return self.gradInput
end
