-- nn.Padding(dim, pad [, nInputDim [, value = 0 [, index = 1]]]): |pad| positions of value along dim: behind the last
-- one, or with pad < 0 before the first; index > 1 moves them index - 1 positions inwards. A tensor whose dimensions
-- are not nInputDim is a batch, and dim counts within its samples.
local Padding, parent = torch.class('nn.Padding', 'nn.Module')

function Padding:__init(dim, pad, nInputDim, value, index)
  parent.__init(self)
  self.dim, self.pad, self.nInputDim, self.value, self.index = dim, pad, nInputDim, value or 0, index or 1
end

-- Calls f(part of small, part of large) for the pieces before and behind the padding.
local function each_piece(self, small, large, f)
  local d = self.dim + (self.nInputDim and small:dim() ~= self.nInputDim and 1 or 0)
  local size = small:size(d)
  local before = self.pad > 0 and size - self.index + 1 or self.index - 1
  if before > 0 then f(small:narrow(d, 1, before), large:narrow(d, 1, before)) end
  local behind, first = size - before, before + 1
  if behind > 0 then f(small:narrow(d, first, behind), large:narrow(d, first + math.abs(self.pad), behind)) end
end

function Padding:updateOutput(input)
  local d = self.dim + (self.nInputDim and input:dim() ~= self.nInputDim and 1 or 0)
  local size = input:size()
  size[d] = size[d] + math.abs(self.pad)
  self.output:resize(size):fill(self.value)
  each_piece(self, input, self.output, function(small, large) large:copy(small) end)
  return self.output
end

function Padding:updateGradInput(input, gradOutput)
  self.gradInput:resizeAs(input)
  each_piece(self, self.gradInput, gradOutput, function(small, large) small:copy(large) end)
  return self.gradInput
end
