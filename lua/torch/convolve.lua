-- torch.conv2 and conv3, xcorr2 and xcorr3: true convolution, and cross-correlation. 'V' (valid, the default): only
-- where the kernel fits in; 'F' (full): with zeros around. float and double; whole numbers by way of double.
local error = require 'pen.blame'
local pen = require 'pen.ffi'
local T = require 'torch.tensor'
local refuse = require('torch.arguments').refuse
local C, M, functions = pen.C, T.methods, T.functions

local function size(t, d, full, k, kd)
  local grow = tonumber(k.sizes[kd]) - 1
  local n = tonumber(t.sizes[d]) + (full and grow or -grow)
  if n < 1 then error(('the kernel, %s, does not fit into %s'):format(T.shape_text(k), T.shape_text(t)), 6) end
  return n
end

-- Plane by plane: x P x H x W, k P x KH x KW.
local function planes2(x, k, full, flip)
  local r = T.resize(T.new_like(x), {tonumber(x.sizes[0]), size(x, 1, full, k, 1), size(x, 2, full, k, 2)}, 3)
  local b = T.backend(x)
  pen.check(b, b.lib.pen_convolve(b.ctx, r, x, k, full and 1 or 0, flip and 1 or 0), 6)
  return r
end

-- The same one dimension higher: each slice of k with those of x that it meets.
local function planes3(x, k, full, flip)
  local depth, taps = tonumber(x.sizes[1]), tonumber(k.sizes[1])
  local r = functions.zeros(T.new_like(x), tonumber(x.sizes[0]), size(x, 1, full, k, 1), size(x, 2, full, k, 2),
    size(x, 3, full, k, 3))
  for z = 1, M.size(r, 2) do
    local out = M.select(r, 2, z)
    for tap = 1, taps do
      local from = z + tap - (full and taps or 1)
      if from >= 1 and from <= depth then
        out:add(planes2(M.select(x, 2, from), M.select(k, 2, flip and taps + 1 - tap or tap), full, flip))
      end
    end
  end
  return r
end

-- dims: 2 or 3. x and k of that many dimensions; x and k with planes in front, one kernel for each plane; or k with
-- rows of such kernels, whose results are summed over the planes.
local function convolve(dims, planes, flip, x, k, mode)
  mode = mode or 'V'
  if mode ~= 'V' and mode ~= 'F' then error("the mode is 'V' or 'F', not " .. tostring(mode), 4) end
  if x.ndim == dims and k.ndim == dims then
    return M.select(planes(M.unsqueeze(x, 1), M.unsqueeze(k, 1), mode == 'F', flip), 1, 1)
  elseif x.ndim == dims + 1 and k.ndim == dims + 1 then
    return planes(x, k, mode == 'F', flip)
  elseif x.ndim == dims + 1 and k.ndim == dims + 2 then
    local rows = {}
    for i = 1, M.size(k, 1) do rows[i] = M.sum(planes(x, M.select(k, 1, i), mode == 'F', flip), 1) end
    return functions.cat(rows, 1)
  end
  error(('no convolution of %s with %s'):format(T.shape_text(x), T.shape_text(k)), 4)
end

-- Sums of whole numbers are exact in doubles up to 2^53.
local function convolved(dims, planes, flip, x, k, mode)
  if not T.is(x) or not T.is(k) then refuse(x, k, mode) end
  if x.dtype >= C.PEN_FLOAT or x.klass ~= k.klass then return convolve(dims, planes, flip, x, k, mode) end
  return M.typeAs(convolve(dims, planes, flip, M.double(x), M.double(k), mode), x)
end

-- f([r,] x, k [, 'V' | 'F'])
local function define(name, dims, planes, flip)
  M[name] = function(x, k, mode, extra)
    if not T.is(mode) then return convolved(dims, planes, flip, x, k, mode) end
    local result = convolved(dims, planes, flip, k, mode, extra)
    return T.resize_as(x, result):copy(result)
  end
  functions[name] = M[name]
end

define('conv2', 2, planes2, true)
define('xcorr2', 2, planes2, false)
define('conv3', 3, planes3, true)
define('xcorr3', 3, planes3, false)

return M
