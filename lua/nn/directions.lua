-- Cosines of pairs of rows and their gradients, for the layers and criteria that compare directions.
local M = {}

local tiny = 1e-12 -- keeps the cosine of a zero vector finite

function M.rows(t) return t:dim() == 1 and t:contiguous():view(1, -1) or t end

local function sums(a, b) return torch.cmul(a, b):sum(2) end

-- Columns: the cosines, and 1 over the squared lengths of a's and b's rows.
local function parts(a, b)
  local aa, bb = sums(a, a):add(tiny):cinv(), sums(b, b):add(tiny):cinv()
  return sums(a, b):cmul(torch.cmul(aa, bb):sqrt()), aa, bb
end

-- A column of the cosines of the rows of a and b.
function M.of(a, b) return (parts(a, b)) end

-- The gradients for a and b, where the cosines' is the column g: g (b / (|a| |b|) - cos a / |a|^2), and likewise.
function M.gradients(a, b, g)
  local cosine, aa, bb = parts(a, b)
  local both = torch.cmul(aa, bb):sqrt():cmul(g)
  local function slope(x, y, xx)
    local r = torch.cmul(y, both:expandAs(y))
    return r:addcmul(-1, x, torch.cmul(cosine, xx):cmul(g):expandAs(x))
  end
  return slope(a, b, aa), slope(b, a, bb)
end

return M
