-- The part of the picture that a pass must compute: everything that a loss can see. Losses look at positions where
-- their layer's mask is not 0 (the mask spreads from layer to layer); those see their receptive fields, and gradients
-- flow back inside them. Outside of that nothing depends on the pixels that move, and nothing is computed. What is
-- computed is the same as in the whole frame: the part begins at multiples of all poolings' strides and ends there or
-- at the picture's border, so that windows fall alike and padding meets true borders only.
--
-- A region is {left, top, right, bottom}, 0-based pixels, right and bottom exclusive.
local Box = require 'nn.box'
local M = {}

-- mask (H x W float, on the host) with every position above 0 grown to a window x window square, window odd.
function M.grown(mask, window)
  local reach = (window - 1) / 2
  local grow = nn.SpatialMaxPooling(window, window, 1, 1, reach, reach):float()
  return grow:forward(mask:view(1, mask:size(1), mask:size(2)))[1]:clone()
end

-- The smallest region that holds all of mask (H x W) above 0, and margin pixels around it.
function M.box(mask, margin)
  local box = Box.support(mask)
  return {left = math.max(0, box.left - margin), top = math.max(0, box.top - margin),
    right = math.min(mask:size(2), box.right + margin), bottom = math.min(mask:size(1), box.bottom + margin)}
end

-- Calls visit(kernel, stride, padding) of dimension dim for the layers i .. 1 that have a window.
local function each_window(cnn, i, dim, visit)
  for k = i, 1, -1 do
    local layer = cnn:get(k)
    if layer.kW then
      if dim == 1 then visit(layer.kH, layer.dH, layer.padH or 0) else visit(layer.kW, layer.dW, layer.padW or 0) end
    end
  end
end

-- The pixels that positions first .. last of layer i see.
local function seen(cnn, i, dim, first, last)
  each_window(cnn, i, dim, function(kernel, stride, padding)
    first, last = first * stride - padding, last * stride - padding + kernel - 1
  end)
  return first, last
end

-- How many pixels apart layer i's positions are.
function M.stride_of(cnn, i)
  local stride = 1
  each_window(cnn, i, 1, function(_, s) stride = stride * s end)
  return stride
end

-- The rows (dim = 1) or columns (2) [from, to) of a picture of size of them that the layers' positions over
-- [first, last) see. first is a multiple of the last layer's stride, last too, or size.
function M.around(cnn, layers, dim, first, last, size)
  local step, from, to = M.stride_of(cnn, math.max(unpack(layers))), first, last
  for _, i in ipairs(layers) do
    local stride = M.stride_of(cnn, i)
    local nearest, farthest = seen(cnn, i, dim, first / stride, math.ceil(last / stride) - 1)
    from, to = math.min(from, nearest), math.max(to, farthest + 1)
  end
  return math.max(0, math.floor(from / step) * step), math.min(size, math.ceil(to / step) * step)
end

-- cnn: layers; layers: list of the numbers of those that losses look at; masks: by number, H x W; h, w: the picture's.
function M.find(cnn, layers, masks, h, w)
  local step = M.stride_of(cnn, math.max(unpack(layers)))
  local function span(dim, size)
    local from, to = size, 0
    for _, i in ipairs(layers) do
      local first, last = Box.span(masks[i], dim)
      if first then
        first, last = seen(cnn, i, dim, first, last)
        from, to = math.min(from, first), math.max(to, last + 1)
      end
    end
    return math.max(0, math.floor(from / step) * step), math.min(size, math.ceil(to / step) * step)
  end
  local left, right = span(2, w)
  local top, bottom = span(1, h)
  return {left = left, top = top, right = right, bottom = bottom}
end

-- Layer i's part of a map ([C x] H x W); with i = 0, or without cnn and i, a picture's part: a view.
function M.part(region, map, cnn, i)
  local step, d = cnn and M.stride_of(cnn, i) or 1, map:dim()
  local function cut(t, dim, from, to)
    from, to = from / step, math.min(t:size(dim), math.ceil(to / step))
    return t:narrow(dim, from + 1, to - from)
  end
  return cut(cut(map, d - 1, region.top, region.bottom), d, region.left, region.right)
end

return M
