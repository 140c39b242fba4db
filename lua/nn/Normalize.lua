-- nn.Normalize(p [, eps = 1e-10]): a vector, or each row of a matrix, over its p-norm; p may be math.huge. eps is added
-- to the sum of powers (to the largest value, for math.huge).
local Normalize, parent = torch.class('nn.Normalize', 'nn.Module')

function Normalize:__init(p, eps)
  parent.__init(self)
  if not p or p <= 0 then error('nn.Normalize needs a positive p', 3) end
  self.p, self.eps = p, eps or 1e-10
end

local function rows(t)
  if t:dim() > 2 then error('nn.Normalize: expected a vector or a matrix', 3) end
  return t:dim() == 1 and t:contiguous():view(1, -1) or t
end

-- The norms of the rows, a column.
local function norms(self, x)
  if self.p == math.huge then return (torch.abs(x):max(2)):add(self.eps) end
  return torch.abs(x):pow(self.p):sum(2):add(self.eps):pow(1 / self.p)
end

function Normalize:updateOutput(input)
  local x = rows(input)
  self.norm = norms(self, x)
  return self.output:cdiv(x, self.norm:expandAs(x)):resize(input:size())
end

-- d norm / d x, where norm is not 0
local function slopes(self, x)
  local sign = torch.sign(x)
  if self.p == math.huge then
    local _, place = torch.abs(x):max(2)
    return torch.cmul(sign, x.new():resizeAs(x):zero():scatter(2, place, 1))
  end
  local size = torch.abs(x):cdiv(self.norm:expandAs(x))
  if self.p < 2 then size:add(1e-300) end -- 0 to a negative power
  return size:pow(self.p - 1):cmul(sign)
end

-- (g - (g . y) d norm / d x) / norm
function Normalize:updateGradInput(input, gradOutput)
  local x, g = rows(input), rows(gradOutput)
  local along = torch.cmul(g, rows(self.output)):sum(2)
  self.gradInput:cmul(slopes(self, x), along:expandAs(x)):mul(-1):add(g)
  return self.gradInput:cdiv(self.norm:expandAs(x)):resize(input:size())
end

function Normalize:clearState()
  self.norm = nil
  return parent.clearState(self)
end

function Normalize:__tostring__()
  return ('%s(%g)'):format(torch.type(self), self.p)
end
