-- Going back only where it matters. Masked losses let no gradient through but where their masks are above 0; so below
-- each of them, the gradients of a chain are 0 outside of a box around its mask, as far as anybody needs them. The
-- gradients between layers become those boxes: C x h x w, beside the box. What is computed is the same, to rounding.
--
-- A module takes part by two methods (nn.Module has both, for those that do not care):
--   module:boxOver(box)                             the positions of its output that its input's in box bear on
--   module:gradInputWithin(input, gradOutput, box)  returns gradInput and its box; gradOutput is the part in box, the
--                                                   rest of it 0, or not needed
local Box = require 'nn.box'
local M = {}

local function input_of(net, i, input) return i > 1 and net:get(i - 1).output or input end

-- Tells the losses of net, an nn.Sequential that has seen input (C x H x W), what boxes to look at, if all that matters
-- of the gradient for input is where mask (H x W) is not 0. Losses that follow each other share theirs.
function M.prepare(net, input, mask)
  local needed, below, seen = Box.support(mask), nil, input.new()
  for i = 1, net:size() do
    local module = net:get(i)
    if module.focus then
      local box = Box.union(needed, Box.support(module.mask))
      if below and Box.contains(below.box, box) then
        box, below.looks = below.box, false
      end
      box.features = seen -- of one layer at a time
      needed, below = Box.support(module.mask), module
      module:focus(box)
    else
      needed, below = module:boxOver(needed), nil
    end
  end
end

-- The gradient of the losses in net, in the last forward(input): C x h x w, and its box.
function M.gradient(net, input, nothing)
  local gradient, box = nothing, Box.whole(nothing)
  for i = net:size(), 1, -1 do
    gradient, box = net:get(i):gradInputWithin(input_of(net, i, input), gradient, box)
  end
  return gradient, box
end

return M
