-- Weight normalisation (Salimans and Kingma 2016): weights as g v / |v|, a length g and a direction v for each row. The
-- square of |v| has 1e-4 or the module's eps added to it.
local M = {}

-- |v| of the rows, a column.
function M.norms(v, eps) return torch.cmul(v, v):sum(2):add(eps):sqrt() end

-- The rows g v / norm.
function M.rows(v, g, norm)
  return torch.cmul(v, torch.cdiv(g:view(-1, 1), norm):expandAs(v))
end

-- The gradients for v and g, from that for the rows: g / n G - v g (G . v) / n^3, and G . v / n.
function M.gradients(v, g, norm, gradient)
  local of_g = torch.cmul(gradient, v):sum(2):cdiv(norm)
  local scale = torch.cdiv(g:view(-1, 1), norm)
  local of_v = torch.cmul(gradient, scale:expandAs(v))
  of_v:addcmul(-1, v, torch.cmul(of_g, scale):cdiv(norm):expandAs(v))
  return of_v, of_g
end

return M
