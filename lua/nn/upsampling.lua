-- What the layers that enlarge maps share. `sides`: the last dimensions, those that grow.
local T = require 'torch.tensor'
local pen = require 'pen.ffi'

local M = {}

-- How many rows of `inner` neighbouring elements t has up to and with dimension d.
local function rows_of(t, d)
  local rows = 1
  for i = 1, d do rows = rows * t:size(i) end
  return rows, t:nElement() / rows
end

-- output: each element of input becomes a block of factor elements a side. Side by side, the last one first: short runs
-- are copied while there are few.
function M.nearest(output, input, sides, factor)
  local t, first = input:contiguous(), input:dim() - sides + 1
  for d = t:dim(), first, -1 do
    local size, rows, inner = t:size(), rows_of(t, d)
    local r = d == first and output or t.new()
    r:resize(rows, factor, inner):copy(t:view(rows, 1, inner):expand(rows, factor, inner))
    size[d] = size[d] * factor
    t = r:resize(size)
  end
  return output
end

-- The gradient: the sum over each block.
function M.nearest_backward(gradInput, input, gradOutput, sides, factor)
  local g = gradOutput:contiguous()
  for d = g:dim() - sides + 1, g:dim() do
    local size, rows, inner = g:size(), rows_of(g, d)
    size[d] = size[d] / factor
    g = g:view(rows / factor, factor, inner):sum(2):view(size)
  end
  return gradInput:set(g:viewAs(input))
end

-- Resizes dimension d of t to length, into r, by C's function of this name.
local function along(r, t, d, length, name)
  local size = t:size()
  size[d] = length
  r:resize(size)
  local b = T.backend(t)
  pen.check(b, b.lib[name](b.ctx, r, t, d - 1))
  return r
end

-- output: input with its last dimensions resized to lengths by linear interpolation, corners staying corners.
function M.linear(output, input, lengths)
  local t, before = input:contiguous(), input:dim() - #lengths
  for i, length in ipairs(lengths) do
    t = along(i == #lengths and output or t.new(), t, before + i, length, 'pen_interpolate')
  end
  return output
end

function M.linear_backward(gradInput, input, gradOutput, lengths)
  local g, before = gradOutput:contiguous(), input:dim() - #lengths
  for i = #lengths, 1, -1 do
    g = along(i == 1 and gradInput or g.new(), g, before + i, input:size(before + i), 'pen_interpolate_backward')
  end
  return gradInput
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
