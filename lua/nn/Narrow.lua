-- nn.Narrow(dimension, offset [, length = 1]): a copy of the positions offset .. offset + length - 1 along dimension. A
-- negative dimension counts from the last; a negative length counts from the end: -1 is up to the last position. A
-- negative offset means all but the last length positions, whatever it is: so does Torch.
local Narrow, parent = torch.class('nn.Narrow', 'nn.Module')

function Narrow:__init(dimension, offset, length)
  parent.__init(self)
  self.dimension, self.index, self.length = dimension, offset, length or 1
  if not dimension or not offset then error('nn.Narrow needs a dimension and an offset', 3) end
end

local function narrowed(self, t, input)
  local d = self.dimension < 0 and input:dim() + self.dimension + 1 or self.dimension
  local size, first, length = input:size(d), self.index, self.length
  if length < 0 then length = size - first + length + 2 end
  if first < 0 then first, length = 1, size - length end
  return t:narrow(d, first, length)
end

function Narrow:updateOutput(input)
  local part = narrowed(self, input, input)
  return self.output:resizeAs(part):copy(part)
end

function Narrow:updateGradInput(input, gradOutput)
  self.gradInput:resizeAs(input):zero()
  narrowed(self, self.gradInput, input):copy(gradOutput)
  return self.gradInput
end
