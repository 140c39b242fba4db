-- nn.MV([trans]): product of the pair {M, v}, a matrix and a vector, the matrix transposed first if so told; for a 3-D
-- and a 2-D tensor, the product of each pair of slices.
local table_layer = require 'nn.table_layer'

local MV, parent = torch.class('nn.MV', 'nn.Module')

function MV:__init(trans)
  parent.__init(self)
  self.trans = trans or false
  self.gradInput = {torch.Tensor(), torch.Tensor()}
end

local function turned(self, m) return self.trans and m:t() or m end

function MV:updateOutput(input)
  local m, v = input[1], input[2]
  if #input ~= 2 or m:dim() ~= v:dim() + 1 or (m:dim() ~= 2 and m:dim() ~= 3) then
    error('nn.MV: expected a matrix and a vector, or a 3-D and a 2-D tensor', 2)
  end
  local n = m:size(self.trans and m:dim() or m:dim() - 1)
  if m:dim() == 2 then self.output:resize(n) else self.output:resize(m:size(1), n) end
  table_layer.each_matrix(function(a, x, y) y:mv(turned(self, a), x) end, m, v, self.output)
  return self.output
end

-- g v^T and M^T g, or v g^T and M g
function MV:updateGradInput(input, gradOutput)
  local m, v = input[1], input[2]
  table_layer.buffers(self.gradInput, 2, m)
  local gm, gv = self.gradInput[1]:resizeAs(m), self.gradInput[2]:resizeAs(v)
  table_layer.each_matrix(function(a, x, g, gx, ga)
    gx:mv(turned(self, a):t(), g)
    if self.trans then x, g = g, x end
    ga:mm(g:contiguous():view(-1, 1), x:contiguous():view(1, -1))
  end, m, v, gradOutput, gv, gm)
  return self.gradInput
end
