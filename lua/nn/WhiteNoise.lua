-- nn.WhiteNoise([mean = 0 [, std = 0.1]]): adds normal noise in training, and its mean in evaluation.
local WhiteNoise, parent = torch.class('nn.WhiteNoise', 'nn.Module')

function WhiteNoise:__init(mean, std)
  parent.__init(self)
  self.mean, self.std = mean or 0, std or 0.1
  self.noise = torch.Tensor()
end

function WhiteNoise:updateOutput(input)
  if self.train == false then return self.output:add(input, self.mean) end
  self.noise:resizeAs(input):normal(self.mean, self.std)
  return self.output:add(input, self.noise)
end

function WhiteNoise:updateGradInput(_, gradOutput)
  if self.train == false then error('nn.WhiteNoise goes back only in training', 2) end
  return self.gradInput:resizeAs(gradOutput):copy(gradOutput)
end

function WhiteNoise:clearState()
  self.noise:set()
  return parent.clearState(self)
end

function WhiteNoise:__tostring__()
  return ('%s mean: %f, std: %f'):format(torch.type(self), self.mean, self.std)
end
