-- nn.GradientReversal([lambda = 1]): the identity whose gradient is -lambda times what comes back (Ganin and Lempitsky
-- 2015).
local GradientReversal, parent = torch.class('nn.GradientReversal', 'nn.Module')

GradientReversal.__version = 2 -- the one with a lambda in it
GradientReversal.lambda = 1 -- of the class too: old files do not hold it

function GradientReversal:__init(lambda)
  parent.__init(self)
  self.lambda = lambda or 1
end

function GradientReversal:setLambda(lambda)
  self.lambda = lambda
end

function GradientReversal:updateOutput(input)
  return self.output:set(input)
end

function GradientReversal:updateGradInput(_, gradOutput)
  return self.gradInput:mul(gradOutput, -self.lambda)
end
