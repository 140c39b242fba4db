-- What the layers that enlarge maps share. `sides`: the last dimensions, those that grow.
local M = {}

-- The sizes of t with each of its sides as a pair: itself and `last`; and the places of the second ones.
local function paired(t, sides, last)
  local sizes, places = {}, {}
  for d = 1, t:dim() do
    sizes[#sizes + 1] = t:size(d)
    if d > t:dim() - sides then
      sizes[#sizes + 1] = last
      places[#places + 1] = #sizes
    end
  end
  return sizes, places
end

local function scaled(t, sides, factor)
  local size = t:size()
  for d = t:dim() - sides + 1, t:dim() do size[d] = size[d] * factor end
  return size
end

-- output: each element of input becomes a block of factor elements a side.
function M.nearest(output, input, sides, factor)
  local once, often = paired(input, sides, 1), paired(input, sides, factor)
  output:resize(unpack(often)):copy(input:contiguous():view(unpack(once)):expand(unpack(often)))
  return output:resize(scaled(input, sides, factor))
end

-- The gradient: the sum over each block.
function M.nearest_backward(gradInput, input, gradOutput, sides, factor)
  local sizes, places = paired(input, sides, factor)
  local sum = gradOutput:contiguous():view(unpack(sizes))
  for _, d in ipairs(places) do sum = sum:sum(d) end
  return gradInput:resizeAs(input):copy(sum)
end

-- The m x n matrix that takes n samples to m by linear interpolation, first and last sample staying the ends.
local function matrix(n, m, like)
  local a = torch.zeros(m, n)
  for i = 1, m do
    local place = m > 1 and (i - 1) * (n - 1) / (m - 1) or 0
    local k = math.min(math.floor(place), n - 1)
    a[i][k + 1] = 1 - (place - k)
    if place > k then a[i][k + 2] = place - k end
  end
  return a:typeAs(like)
end

-- t with dimension d multiplied by the matrix.
local function along(t, d, a)
  local turned = t:transpose(d, t:dim()):contiguous()
  local size = turned:size()
  local product = torch.mm(turned:view(-1, a:size(2)), a:t())
  size[size:size()] = a:size(1)
  return product:view(size):transpose(d, t:dim())
end

-- output: input with its last dimensions resized to lengths by linear interpolation.
function M.linear(output, input, lengths)
  local t, before = input, input:dim() - #lengths
  for i, length in ipairs(lengths) do t = along(t, before + i, matrix(input:size(before + i), length, input)) end
  return output:resize(t:size()):copy(t)
end

function M.linear_backward(gradInput, input, gradOutput, lengths)
  local g, before = gradOutput, input:dim() - #lengths
  for i, length in ipairs(lengths) do g = along(g, before + i, matrix(input:size(before + i), length, input):t()) end
  return gradInput:resizeAs(input):copy(g)
end

-- The lengths of the last dimensions times self.scale_factor, or where it is nil self.odepth, oheight and owidth.
function M.lengths(self, input, sides)
  local lengths = {}
  if not self.scale_factor then
    return sides == 3 and {self.odepth, self.oheight, self.owidth} or {self.oheight, self.owidth}
  end
  for i = 1, sides do lengths[i] = input:size(input:dim() - sides + i) * self.scale_factor end
  return lengths
end

function M.check_factor(self, factor)
  if type(factor) ~= 'number' or factor < 1 or factor % 1 ~= 0 then
    error(torch.type(self) .. ': the scale must be a whole number, 1 or more', 4)
  end
  return factor
end

return M
