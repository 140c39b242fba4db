-- nn.AddConstant(constant [, inplace]): input plus a number. inplace: overwrites the input; backward restores it.
local AddConstant, parent = torch.class('nn.AddConstant', 'nn.Module')

function AddConstant:__init(constant, inplace)
  parent.__init(self)
  self.constant_scalar = tonumber(constant) or error('nn.AddConstant needs a number', 3)
  self.inplace = inplace or false
end

function AddConstant:updateOutput(input)
  if self.inplace then
    self.output:set(input:add(self.constant_scalar))
  else
    self.output:resizeAs(input):add(input, self.constant_scalar)
  end
  return self.output
end

function AddConstant:updateGradInput(input, gradOutput)
  if self.inplace then
    self.gradInput:set(gradOutput)
    input:add(-self.constant_scalar) -- as it was, for the module before
  else
    self.gradInput:resizeAs(gradOutput):copy(gradOutput)
  end
  return self.gradInput
end
