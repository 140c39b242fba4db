-- nn.MulConstant(constant [, inplace]): input times a number. inplace: overwrites the input, and gradOutput in
-- backward, which restores the input.
local MulConstant, parent = torch.class('nn.MulConstant', 'nn.Module')

function MulConstant:__init(constant, inplace)
  parent.__init(self)
  self.constant_scalar = tonumber(constant) or error('nn.MulConstant needs a number', 3)
  self.inplace = inplace or false
end

function MulConstant:updateOutput(input)
  if self.inplace then
    self.output:set(input:mul(self.constant_scalar))
  else
    self.output:resizeAs(input):mul(input, self.constant_scalar)
  end
  return self.output
end

function MulConstant:updateGradInput(input, gradOutput)
  if self.inplace then
    self.gradInput:set(gradOutput:mul(self.constant_scalar))
    input:div(self.constant_scalar) -- as it was, for the module before
  else
    self.gradInput:resizeAs(gradOutput):mul(gradOutput, self.constant_scalar)
  end
  return self.gradInput
end
