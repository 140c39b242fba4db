-- nn.Select(dimension, index): a copy of the slice at index along dimension, which goes. Negative numbers count from
-- the end.
local Select, parent = torch.class('nn.Select', 'nn.Module')

function Select:__init(dimension, index)
  parent.__init(self)
  self.dimension, self.index = dimension, index
end

local function selected(self, t)
  local d = self.dimension < 0 and t:dim() + self.dimension + 1 or self.dimension
  return t:select(d, self.index < 0 and t:size(d) + self.index + 1 or self.index)
end

function Select:updateOutput(input)
  local slice = selected(self, input)
  return self.output:resizeAs(slice):copy(slice)
end

function Select:updateGradInput(input, gradOutput)
  self.gradInput:resizeAs(input):zero()
  selected(self, self.gradInput):copy(gradOutput)
  return self.gradInput
end
