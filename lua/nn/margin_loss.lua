-- What criteria that are a mean over elements share: define(name, init, value, slope). init(self, ...) takes the
-- constructor's arguments, value(self, x, t) gives a new tensor whose sum is the loss, slope(self, x, t) the gradient
-- of that sum.
local function define(name, init, value, slope)
  local Class, parent = torch.class('nn.' .. name, 'nn.Criterion')

  function Class:__init(...)
    parent.__init(self)
    self.sizeAverage = true
    init(self, ...)
  end

  -- A target may be a number, for a single element.
  local function as_tensor(target, input)
    return torch.isTensor(target) and target or input.new(input:size()):fill(target)
  end

  function Class:updateOutput(input, target)
    target = as_tensor(target, input)
    self.output = value(self, input, target):sum() / (self.sizeAverage and input:nElement() or 1)
    return self.output
  end

  function Class:updateGradInput(input, target)
    target = as_tensor(target, input)
    self.gradInput = slope(self, input, target)
    if self.sizeAverage then self.gradInput:div(input:nElement()) end
    return self.gradInput
  end
end

return {define = define}
