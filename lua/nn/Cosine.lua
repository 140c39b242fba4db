-- nn.Cosine(inputSize, outputSize): the cosines of the angles between a vector, or each row of a matrix, and the rows
-- of weight.
local layer = require 'nn.layer'
local rows = require('nn.directions').rows

local Cosine, parent = torch.class('nn.Cosine', 'nn.Module')

function Cosine:__init(inputSize, outputSize)
  parent.__init(self)
  self.weight = torch.Tensor(outputSize, inputSize)
  self.gradWeight = torch.zeros(outputSize, inputSize)
  self:reset()
end

function Cosine:reset(stdv)
  local a = layer.bound(stdv, self.weight:size(1))
  self.weight:uniform(-a, a)
end

-- Lengths of rows, a column.
local function lengths(t) return t:norm(2, 2):add(1e-12) end

function Cosine:updateOutput(input)
  local x, w = rows(input), self.weight
  local y = torch.mm(x, w:t())
  y:cdiv(lengths(x):expandAs(y)):cdiv(lengths(w):view(1, -1):expandAs(y))
  return self.output:set(input:dim() == 1 and y:view(-1) or y)
end

-- g w / (|x| |w|), less its part along x.
function Cosine:updateGradInput(input, gradOutput)
  local x, w, g, y = rows(input), self.weight, rows(gradOutput), rows(self.output)
  local n = lengths(x)
  local r = torch.mm(torch.cdiv(g, lengths(w):view(1, -1):expandAs(g)), w):cdiv(n:expandAs(x))
  local along = torch.cmul(g, y):sum(2):cdiv(n):cdiv(n)
  r:addcmul(-1, x, along:expandAs(x))
  return self.gradInput:set(r:viewAs(input))
end

function Cosine:accGradParameters(input, gradOutput, scale)
  local x, w, g, y = rows(input), self.weight, rows(gradOutput), rows(self.output)
  local n = lengths(w)
  local r = torch.mm(torch.cdiv(g, lengths(x):expandAs(g)):t(), x):cdiv(n:expandAs(w))
  local along = torch.cmul(g, y):sum(1):view(-1, 1):cdiv(n):cdiv(n)
  r:addcmul(-1, w, along:expandAs(w))
  self.gradWeight:add(scale or 1, r)
end
