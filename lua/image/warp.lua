-- Pictures read at other places: image.warp, affinetransform, rotate, translate. 2D and 3D pictures of bytes, floats or
-- doubles; results have the picture's type.
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local M = {}

local interpolations = {
  simple = pen.C.PEN_SIMPLE, bilinear = pen.C.PEN_BILINEAR, bicubic = pen.C.PEN_BICUBIC, lanczos = pen.C.PEN_LANCZOS,
}

-- Takes the destination off the front, where there is one: the first two arguments are tensors, and the second has not
-- the role of a parameter. Returns destination or nil, picture, and the other arguments as a list with n.
function M.arguments(name, has_destination, ...)
  local list = {n = select('#', ...), ...}
  local result
  if has_destination then
    result = table.remove(list, 1)
    list.n = list.n - 1
  end
  local src = table.remove(list, 1)
  list.n = list.n - 1
  if not torch.isTensor(src) or (src:dim() ~= 2 and src:dim() ~= 3) then
    local got = torch.isTensor(src) and T.shape_text(src) or torch.type(src)
    error(('image.%s: a picture (HxW or CxHxW) expected, got %s'):format(name, got), 4)
  end
  return result, src, list
end

function M.interpolation(name, mode, allowed)
  local value = allowed[mode] and interpolations[mode]
  if value then return value end
  local names = {}
  for word in pairs(allowed) do names[#names + 1] = word end
  table.sort(names)
  error(("image.%s: mode '%s' is unknown; use %s"):format(name, tostring(mode), table.concat(names, ', ')), 4)
end

-- The picture read at the field's places, into the result or a new tensor. o: mode (of C), offset, cut, pad.
function M.sample(result, src, field, o)
  local planes = src:dim() == 2 and src:contiguous():view(1, src:size(1), src:size(2)) or src
  local out, backend = src.new(planes:size(1), field:size(2), field:size(3)), T.backend(src)
  pen.check(backend, backend.lib.pen_warp(backend.ctx, out, planes, field:double(), o.mode, o.offset and 1 or 0,
    o.cut and 1 or 0, o.pad or 0), 4)
  if src:dim() == 2 then out = out:select(1, 1) end
  return result and result:resizeAs(out):copy(out) or out
end

-- 2 x height x width: place(y, x) -> row and column, all from 0.
function M.field(height, width, place)
  local field = torch.DoubleTensor(2, height, width)
  local rows, columns = field:data(), field:data() + height * width
  for y = 0, height - 1 do
    for x = 0, width - 1 do rows[y * width + x], columns[y * width + x] = place(y, x) end
  end
  return field
end

local warp_modes = {simple = true, bilinear = true, bicubic = true, lanczos = true}

-- mode, (offset or translation), clamp_mode, pad_val of warp and affinetransform -> options for sample.
local function warp_options(name, list, first)
  local mode, clamp, pad = list[first], list[first + 2], list[first + 3]
  if clamp ~= nil and clamp ~= 'clamp' and clamp ~= 'pad' then
    error(("image.%s: clamp_mode '%s' is unknown; use 'clamp' or 'pad'"):format(name, tostring(clamp)), 3)
  end
  if pad ~= nil and clamp ~= 'pad' then
    error(('image.%s: a padding value goes with clamp_mode "pad" only'):format(name), 3)
  end
  mode = M.interpolation(name, mode == nil and 'bilinear' or mode, warp_modes)
  return {mode = mode, cut = clamp == 'pad', pad = pad or 0, offset = true}
end

-- Offsets from each pixel to where y, x go by the matrix about the middle, and by the translation.
local function affine_field(height, width, matrix, translation)
  local cy, cx = (height - 1) / 2, (width - 1) / 2
  local a, b, c, d = matrix[1][1], matrix[1][2], matrix[2][1], matrix[2][2]
  local ty, tx = translation[1], translation[2]
  return M.field(height, width, function(y, x)
    local gy, gx = cy - y, cx - x
    return gy - (a * gy + b * gx) - ty, gx - (c * gy + d * gx) - tx
  end)
end

local two_modes = {simple = true, bilinear = true}

-- Places turned about the middle. Both interpolations take the nearest sample in the half pixel beyond the border, and
-- what lies further out is 0: the rows and columns there are moved out of the picture.
local function turned_field(height, width, theta, mode)
  local cy, cx, sin, cos = (height - 1) / 2, (width - 1) / 2, math.sin(theta), math.cos(theta)
  local round = mode == 'simple'
  local function settle(p, n)
    if round then return p < 0 and math.ceil(p - 0.5) or math.floor(p + 0.5) end
    if p <= -0.5 or p >= n - 0.5 then return -9 end
    return math.min(math.max(p, 0), n - 1)
  end
  return M.field(height, width, function(y, x)
    local py = cos * (y - cy) + sin * (x - cx) + cy
    local px = cos * (x - cx) - sin * (y - cy) + cx
    return settle(py, height), settle(px, width)
  end)
end

local function check_tensor(t, dims, name, what)
  if not torch.isTensor(t) or t:dim() ~= dims or t:size(1) ~= 2 then
    local got = torch.isTensor(t) and T.shape_text(t) or torch.type(t)
    error(('image.%s: %s expected, got %s'):format(name, what, got), 3)
  end
end

function M.install(image)
  -- image.warp([dst,] src, field [, mode [, offset [, clamp_mode [, pad_val]]]]): the value at (y, x) is that of src at
  -- field[{{}, y, x}] = (row, column), relative to (y, x) unless offset is false. mode: 'bilinear' (default),
  -- 'simple', 'bicubic', 'lanczos'. clamp_mode: 'clamp' (places outside move to the border), 'pad' (they are pad_val).
  function image.warp(...)
    local result, src, list = M.arguments('warp', torch.isTensor((select(3, ...))), ...)
    check_tensor(list[1], 3, 'warp', 'a flow field 2xHxW')
    local o = warp_options('warp', list, 2)
    o.offset = list[3] == nil or list[3]
    return M.sample(result, src, list[1], o)
  end

  -- image.affinetransform([dst,] src, matrix [, mode [, translation [, clamp_mode [, pad_val]]]]): the value at p, from
  -- the middle, is that of src at matrix * p, moved back by the translation; p = (row, column).
  function image.affinetransform(...)
    local result, src, list = M.arguments('affinetransform', torch.isTensor((select(3, ...))), ...)
    check_tensor(list[1], 2, 'affinetransform', 'a matrix 2x2')
    local o = warp_options('affinetransform', list, 2)
    local dims = src:dim()
    local field = affine_field(src:size(dims - 1), src:size(dims), list[1], list[3] or {0, 0})
    return M.sample(result, src, field, o)
  end

  -- image.rotate([dst,] src, radians [, mode]): about the middle, at the same size; corners without a value are 0.
  -- mode: 'simple' (default) or 'bilinear'.
  function image.rotate(...)
    local result, src, list = M.arguments('rotate', torch.isTensor((select(2, ...))), ...)
    if type(list[1]) ~= 'number' then error('image.rotate: an angle expected, got ' .. torch.type(list[1]), 2) end
    local mode, dims = list[2] or 'simple', src:dim()
    local o = {mode = M.interpolation('rotate', mode, two_modes), cut = true}
    return M.sample(result, src, turned_field(src:size(dims - 1), src:size(dims), list[1], mode), o)
  end

  -- image.translate([dst,] src, x, y): moved to the right and down by whole pixels; 0 comes in.
  function image.translate(...)
    local result, src, list = M.arguments('translate', torch.isTensor((select(2, ...))), ...)
    local x, y, dims = list[1], list[2], src:dim()
    if type(x) ~= 'number' or type(y) ~= 'number' then error('image.translate: two numbers expected', 2) end
    local out = src.new():resizeAs(src):zero()
    local function span(t, d, shift)
      return t:narrow(d, 1 + math.max(shift, 0), math.max(t:size(d) - math.abs(shift), 0))
    end
    x, y = x < 0 and math.ceil(x) or math.floor(x), y < 0 and math.ceil(y) or math.floor(y)
    if math.abs(x) < src:size(dims) and math.abs(y) < src:size(dims - 1) then
      span(span(out, dims, x), dims - 1, y):copy(span(span(src, dims, -x), dims - 1, -y))
    end
    return result and result:resizeAs(out):copy(out) or out
  end
end

return M
