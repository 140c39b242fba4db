-- nn.MM([transA [, transB]]): matrix product of the pair {A, B}, each transposed first if so told; for 3-D tensors, the
-- product of each pair of slices.
local table_layer = require 'nn.table_layer'

local MM, parent = torch.class('nn.MM', 'nn.Module')

function MM:__init(transA, transB)
  parent.__init(self)
  self.transA, self.transB = transA or false, transB or false
  self.gradInput = {torch.Tensor(), torch.Tensor()}
end

local function turned(t, transpose)
  return transpose and t:t() or t
end

local function sides(t, transpose)
  local n = t:dim()
  if transpose then return t:size(n), t:size(n - 1) end
  return t:size(n - 1), t:size(n)
end

function MM:updateOutput(input)
  local a, b = input[1], input[2]
  if #input ~= 2 or a:dim() ~= b:dim() or (a:dim() ~= 2 and a:dim() ~= 3) then
    error('nn.MM: expected two matrices, or two 3-D tensors', 2)
  end
  local m, inner = sides(a, self.transA)
  local other, n = sides(b, self.transB)
  if inner ~= other or (a:dim() == 3 and a:size(1) ~= b:size(1)) then
    error(('nn.MM: cannot multiply %d x %d by %d x %d'):format(m, inner, other, n), 2)
  end
  if a:dim() == 2 then self.output:resize(m, n) else self.output:resize(a:size(1), m, n) end
  table_layer.each_matrix(function(r, x, y)
    r:mm(turned(x, self.transA), turned(y, self.transB))
  end, self.output, a, b)
  return self.output
end

function MM:updateGradInput(input, gradOutput)
  local a, b = input[1], input[2]
  table_layer.buffers(self.gradInput, 2, a)
  local ga, gb = self.gradInput[1]:resizeAs(a), self.gradInput[2]:resizeAs(b)
  table_layer.each_matrix(function(g, x, y, gx, gy)
    local u, v = turned(x, self.transA), turned(y, self.transB)
    if self.transA then gx:mm(v, g:t()) else gx:mm(g, v:t()) end
    if self.transB then gy:mm(g:t(), u) else gy:mm(u:t(), g) end
  end, gradOutput, a, b, ga, gb)
  return self.gradInput
end

function MM:clearState()
  for _, gradient in ipairs(self.gradInput) do gradient:set() end
  self.output:set()
  return self
end
