-- The linear map M (n x m) with the least ||M' s - t||^2 over samples s of n numbers and t of m, which come in
-- portions. A ridge of 1e-6 of the mean square keeps channels that never light up harmless.
local M = {}

function M.new(n, m) return {square = torch.DoubleTensor(n, n):zero(), joint = torch.DoubleTensor(n, m):zero()} end

-- s: n x N, t: m x N float.
function M.add(fit, s, t)
  fit.square:add(torch.mm(s, s:t()):double())
  fit.joint:add(torch.mm(s, t:t()):double())
end

-- Lower triangle of L with L L' = a (Cholesky), in place.
local function factorise(a)
  for j = 1, a:size(1) do
    local row = j > 1 and a[j]:narrow(1, 1, j - 1)
    a[j][j] = math.sqrt(a[j][j] - (row and row:dot(row) or 0))
    for i = j + 1, a:size(1) do
      a[i][j] = (a[i][j] - (row and a[i]:narrow(1, 1, j - 1):dot(row) or 0)) / a[j][j]
    end
  end
  return a
end

-- n x m float.
function M.solve(fit)
  local n, x = fit.square:size(1), fit.joint:clone()
  local ridge = 1e-6 * (torch.cmul(fit.square, torch.eye(n)):sum() / n + 1e-30)
  local l = factorise(fit.square + torch.eye(n):mul(ridge))
  for i = 1, n do -- L y = joint
    for k = 1, i - 1 do x[i]:add(-l[i][k], x[k]) end
    x[i]:div(l[i][i])
  end
  for i = n, 1, -1 do -- L' x = y
    for k = i + 1, n do x[i]:add(-l[k][i], x[k]) end
    x[i]:div(l[i][i])
  end
  return x:float()
end

return M
