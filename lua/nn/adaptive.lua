-- What the adaptive poolings share: an output of fixed size, whose windows divide the input's sides as evenly as whole
-- pixels allow, overlapping where they must.
local layer = require 'nn.layer'

local M = {}

-- First pixel and length of window i of n on a side.
local function window(i, n, side)
  local first = math.floor((i - 1) * side / n)
  return first + 1, math.ceil(i * side / n) - first
end

-- Calls f(view of a with its window (i, j), i, j) for all windows of the last two dimensions.
function M.each(self, a, f)
  local n = a:dim()
  for i = 1, self.H do
    local top, height = window(i, self.H, a:size(n - 1))
    for j = 1, self.W do
      local left, width = window(j, self.W, a:size(n))
      f(a:narrow(n - 1, top, height):narrow(n, left, width), i, j)
    end
  end
end

-- The class nn.<name>(W, H). pool(window) gives a column of one number per row of window, which has a map a row;
-- back(window, g) what goes back to it.
function M.define(name, pool, back)
  local Class, parent = torch.class('nn.' .. name, 'nn.Module')

  function Class:__init(W, H)
    parent.__init(self)
    self.W, self.H = W, H
  end

  -- Maps as rows of pixels, where windows are copied.
  local function flat(view) return view:contiguous():view(-1, view:size(view:dim() - 1) * view:size(view:dim())) end

  function Class:updateOutput(input)
    local _, planes = layer.feature_maps(self, input)
    layer.resize_maps(self.output, input, planes, self.H, self.W)
    local n = input:dim()
    M.each(self, input, function(view, i, j)
      self.output:narrow(n - 1, i, 1):narrow(n, j, 1):copy(pool(flat(view)))
    end)
    return self.output
  end

  function Class:updateGradInput(input, gradOutput)
    local n, gradients = input:dim(), {}
    self.gradInput:resizeAs(input):zero()
    M.each(self, input, function(view, i, j)
      local g = gradOutput:narrow(n - 1, i, 1):narrow(n, j, 1):contiguous():view(-1, 1)
      gradients[#gradients + 1] = back(flat(view), g):view(view:size())
    end)
    local at = 0
    M.each(self, self.gradInput, function(view)
      at = at + 1
      view:add(gradients[at])
    end)
    return self.gradInput
  end
end

return M
