-- nn.Bottle(module [, nInputDim = 2 [, nOutputDim]]): for a module whose input has nInputDim dimensions, the first of
-- them a batch: further dimensions in front are folded into the batch, and unfolded behind it.
local Bottle, parent = torch.class('nn.Bottle', 'nn.Decorator')

function Bottle:__init(module, nInputDim, nOutputDim)
  parent.__init(self, module)
  self.nInputDim = nInputDim or 2
  self.nOutputDim = nOutputDim or self.nInputDim
end

-- The tensor with its first dimensions folded so that dims are left.
local function folded(t, dims)
  if t:dim() <= dims then return t end
  local sizes, size = {-1}, t:size():totable()
  for d = t:dim() - dims + 2, t:dim() do sizes[#sizes + 1] = size[d] end
  return t:contiguous():view(unpack(sizes))
end

function Bottle:updateOutput(input)
  local output = self.modules[1]:updateOutput(folded(input, self.nInputDim))
  if input:dim() <= self.nInputDim then return self.output:set(output) end
  if output:dim() ~= self.nOutputDim then
    error(('nn.Bottle: the output has %d dimensions, expected %d'):format(output:dim(), self.nOutputDim), 2)
  end
  local sizes = {unpack(input:size():totable(), 1, input:dim() - self.nInputDim + 1)}
  for d = 2, output:dim() do sizes[#sizes + 1] = output:size(d) end
  return self.output:set(output:view(unpack(sizes)))
end

function Bottle:updateGradInput(input, gradOutput)
  local x, g = folded(input, self.nInputDim), folded(gradOutput, self.nOutputDim)
  local gradient = self.modules[1]:updateGradInput(x, g)
  self.gradInput = gradient and gradient:viewAs(input)
  return self.gradInput
end

function Bottle:accGradParameters(input, gradOutput, scale)
  self.modules[1]:accGradParameters(folded(input, self.nInputDim), folded(gradOutput, self.nOutputDim), scale)
end

function Bottle:accUpdateGradParameters(input, gradOutput, lr)
  self.modules[1]:accUpdateGradParameters(folded(input, self.nInputDim), folded(gradOutput, self.nOutputDim), lr)
end
