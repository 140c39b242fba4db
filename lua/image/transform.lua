-- Moving pixels and values about: image.crop, flips, minmax.
local T = require 'torch.tensor'

local function check_picture(t, name)
  if not torch.isTensor(t) or (t:dim() ~= 2 and t:dim() ~= 3) then
    local got = torch.isTensor(t) and T.shape_text(t) or torch.type(t)
    error(('image.%s: a picture (HxW or CxHxW) expected, got %s'):format(name, got), 3)
  end
end

-- Copies the result into dst, or makes a new tensor when there is none.
local function deliver(dst, view) return dst and dst:resizeAs(view):copy(view) or view:clone() end

-- Upper left corner of a w x h window: c, tl, tr, bl, br.
local function anchor(where, w, h, width, height)
  if where == 'c' then return math.floor((w - width) / 2), math.floor((h - height) / 2) end
  if not (where == 'tl' or where == 'tr' or where == 'bl' or where == 'br') then
    error(("image.crop: '%s' is unknown; use 'c', 'tl', 'tr', 'bl' or 'br'"):format(where), 4)
  end
  return where:sub(2) == 'r' and w - width or 0, where:sub(1, 1) == 'b' and h - height or 0
end

local function window(src, a, b, c, d)
  local w, h = src:size(src:dim()), src:size(src:dim() - 1)
  local x1, y1, x2, y2 = a, b, c or w, d or h
  if type(a) == 'string' then
    x1, y1 = anchor(a, w, h, b, c)
    x2, y2 = x1 + b, y1 + c
  end
  if x1 < 0 or y1 < 0 or x2 > w or y2 > h or x2 <= x1 or y2 <= y1 then
    local text = 'image.crop: columns %g to %g and rows %g to %g do not lie in a %dx%d picture'
    error(text:format(x1, x2, y1, y2, w, h), 3)
  end
  return math.floor(x1), math.floor(y1), math.floor(x2), math.floor(y2)
end

local function rescale(t, o)
  local low, high = o.min, o.max
  if o.symm and not low and not high then
    high = math.max(math.abs(t:min()), math.abs(t:max()))
    low = -high
  end
  low, high = low or t:min(), high or t:max()
  if low ~= 0 then t:add(-low) end
  if high ~= low then t:div(high - low) end
  return o.saturate and t:clamp(0, 1) or t
end

return function(image)
  -- image.crop([dst,] src, x1, y1 [, x2, y2]): columns x1..x2-1, rows y1..y2-1, counted from 0; or (..., where, width,
  -- height) with where = 'c', 'tl', 'tr', 'bl' or 'br'. A copy. A window that leaves the picture is an error.
  function image.crop(dst, src, ...)
    if not torch.isTensor(src) then return image.crop(nil, dst, src, ...) end
    check_picture(src, 'crop')
    local x1, y1, x2, y2 = window(src, ...)
    return deliver(dst, src:narrow(src:dim(), x1 + 1, x2 - x1):narrow(src:dim() - 1, y1 + 1, y2 - y1))
  end

  -- image.flip([dst,] src, dim): reverses one dimension. dst may be src.
  function image.flip(dst, src, dim)
    if not torch.isTensor(src) then dst, src, dim = nil, dst, src end
    local order = torch.LongTensor(src:size(dim))
    for i = 1, order:size(1) do order[i] = order:size(1) + 1 - i end
    local flipped = src:index(dim, order)
    return dst and dst:resizeAs(flipped):copy(flipped) or flipped
  end

  function image.hflip(dst, src)
    local t = src or dst
    check_picture(t, 'hflip')
    return image.flip(src and dst or t.new(), t, t:dim())
  end

  function image.vflip(dst, src)
    local t = src or dst
    check_picture(t, 'vflip')
    return image.flip(src and dst or t.new(), t, t:dim() - 1)
  end

  -- image.minmax{tensor=, min=, max=, symm=, inplace=, saturate=, tensorOut=}: (t - min) / (max - min), a new tensor of
  -- the default type unless inplace or tensorOut. min and max default to the tensor's own; symm takes -m..m, m the
  -- largest magnitude; saturate clamps to 0..1 and needs min or max.
  function image.minmax(o)
    if type(o) ~= 'table' or not torch.isTensor(o.tensor) then
      error('image.minmax: expected {tensor = picture, min = number, max = number, ...}', 2)
    end
    local t = o.inplace and o.tensor
    if not t then t = (o.tensorOut or torch.Tensor()):resize(o.tensor:size()):copy(o.tensor) end
    return rescale(t, o)
  end
end
