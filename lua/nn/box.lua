-- Parts of the rows and columns of maps: {left, top, right, bottom}, 0-based, right and bottom exclusive.
local M = {}

-- All of a map, [C x] H x W.
function M.whole(map)
  local d = map:dim()
  return {left = 0, top = 0, right = map:size(d), bottom = map:size(d - 1)}
end

-- The box's part of a map, [C x] H x W: a view.
function M.part(box, map)
  local d = map:dim()
  return map:narrow(d - 1, box.top + 1, box.bottom - box.top):narrow(d, box.left + 1, box.right - box.left)
end

function M.contains(box, other)
  return box.left <= other.left and box.top <= other.top and box.right >= other.right and box.bottom >= other.bottom
end

-- The smallest box that holds both.
function M.union(a, b)
  return {left = math.min(a.left, b.left), top = math.min(a.top, b.top), right = math.max(a.right, b.right),
    bottom = math.max(a.bottom, b.bottom)}
end

-- A box as one sees it from within another one.
function M.inside(box, outer)
  return {left = box.left - outer.left, top = box.top - outer.top, right = box.right - outer.left,
    bottom = box.bottom - outer.top}
end

-- First and last index (0-based) along dimension dim (1 rows, 2 columns) where the mask, H x W, is not 0; or nothing.
function M.span(mask, dim)
  local line = mask:max(3 - dim):view(-1):float()
  local first, last
  for i = 1, line:nElement() do
    if line[i] > 0 then first, last = first or i - 1, i - 1 end
  end
  return first, last
end

-- The smallest box that holds all of the mask (H x W) that is not 0; all of it if nothing is.
function M.support(mask)
  local top, bottom = M.span(mask, 1)
  local left, right = M.span(mask, 2)
  if not top then return M.whole(mask) end
  return {left = left, top = top, right = right + 1, bottom = bottom + 1}
end

-- The outputs that look at inputs of box, of a layer of windows (kW, kH, dW, dH, padW, padH) with this output.
function M.over(box, module, output)
  local whole = M.whole(output)
  local function reach(from, to, kernel, stride, pad, size)
    local first, last = math.ceil((from + pad - kernel + 1) / stride), math.floor((to - 1 + pad) / stride)
    return math.max(0, first), math.min(size, last + 1)
  end
  local left, right = reach(box.left, box.right, module.kW, module.dW, module.padW, whole.right)
  local top, bottom = reach(box.top, box.bottom, module.kH, module.dH, module.padH, whole.bottom)
  return {left = left, top = top, right = right, bottom = bottom}
end

-- t (C x h x w), which holds a map's part in box and stands for 0 outside of it, as the part in wanted: a view, or in
-- buffer where some is missing.
function M.move(t, box, wanted, buffer)
  if M.contains(box, wanted) then return M.part(M.inside(wanted, box), t) end
  buffer:resize(t:size(1), wanted.bottom - wanted.top, wanted.right - wanted.left):zero()
  local common = {left = math.max(box.left, wanted.left), top = math.max(box.top, wanted.top),
    right = math.min(box.right, wanted.right), bottom = math.min(box.bottom, wanted.bottom)}
  if common.left < common.right and common.top < common.bottom then
    M.part(M.inside(common, wanted), buffer):copy(M.part(M.inside(common, box), t))
  end
  return buffer
end

return M
