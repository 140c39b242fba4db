-- Rosenbrock's function in any dimension, its usual start, and feval functions that record what they are asked.
local M = {}

-- Returns f(x) and its gradient as a vector of x's type; x may have any shape.
function M.evaluate(x)
  local n, value = x:nElement(), 0
  local at, slopes = x:contiguous():view(n):totable(), {}
  for i = 1, n do slopes[i] = 0 end
  for i = 1, n - 1 do
    local rise, rest = at[i + 1] - at[i] ^ 2, 1 - at[i]
    value = value + 100 * rise ^ 2 + rest ^ 2
    slopes[i] = slopes[i] - 400 * at[i] * rise - 2 * rest
    slopes[i + 1] = slopes[i + 1] + 200 * rise
  end
  local gradient = x.new(n)
  for i = 1, n do gradient[i] = slopes[i] end
  return value, gradient
end

-- For two doubles, rounded as tensor operations round it: what recordings of long runs were made with.
function M.rounded(x)
  local a, b = x[1], x[2]
  local rise, rest = b - a * a, 1 - a
  return 100 * (rise * rise) + rest * rest, torch.Tensor {rise * a * -400 + rest * -2, rise * 200}
end

-- -1.2, 1, -1.2, 1, ... in a tensor of that type.
function M.start(n, type_name)
  local x = torch[type_name or 'DoubleTensor'](n)
  for i = 1, n do x[i] = i % 2 == 1 and -1.2 or 1 end
  return x
end

-- feval, and the list that its calls append {x, f, g} to.
function M.recorder()
  local calls = {}
  return function(x)
    local f, g = M.evaluate(x)
    calls[#calls + 1] = {x = x:clone(), f = f, g = g:clone()}
    return f, g
  end, calls
end

return M
