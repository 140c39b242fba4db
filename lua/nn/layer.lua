-- What the layer classes share: type checks, sizes of feature maps, parameters whose gradients exist once asked for.
local T = require 'torch.tensor'
local pen = require 'pen.ffi'

local M = {}

-- Blames the caller's caller when input and module are not of one type.
function M.check_type(module, input)
  if not T.is(input) then
    error(('%s: expected a tensor, got %s'):format(torch.type(module), torch.type(input)), 3)
  end
  if T.class(input) ~= T.class(module.output) then
    error(('%s: the input is a %s, the module a %s; convert one of them')
      :format(torch.type(module), torch.type(input), torch.type(module.output)), 3)
  end
end

-- Feature maps are C x H x W or B x C x H x W. Returns them contiguous, and maps, height, width.
function M.feature_maps(module, input)
  M.check_type(module, input)
  local n = input:dim()
  if n ~= 3 and n ~= 4 then
    error(('%s: expected C x H x W or B x C x H x W, got %d dimensions'):format(torch.type(module), n), 3)
  end
  return input:contiguous(), input:size(n - 2), input:size(n - 1), input:size(n)
end

-- The tensor that a pass over single elements changes: result, which becomes given itself for a module that works in
-- place, else a copy of it.
function M.start(module, result, given)
  if module.inplace then return result:set(given) end
  return result:resizeAs(given):copy(given)
end

-- The dimension of the maps, or features: 1 of a vector and of C x H x W, 2 of a batch of them.
function M.map_dimension(input)
  local n = input:dim()
  if n < 1 or n > 4 then error(('expected 1 to 4 dimensions, got %d'):format(n), 3) end
  return (n == 1 or n == 3) and 1 or 2
end

-- Gives output the shape of input but for maps, height and width.
function M.resize_maps(output, input, maps, height, width)
  if input:dim() == 3 then return output:resize(maps, height, width) end
  return output:resize(input:size(1), maps, height, width)
end

-- Positions of a window of kernel elements, stride apart, on size elements and pad more at either end; at least 1, or
-- an error. With up, the rest that does not fill a whole step counts too, if its window begins inside.
function M.window_count(module, size, kernel, stride, pad, up)
  local room = size + 2 * pad - kernel
  local n = (up and math.ceil or math.floor)(room / stride) + 1
  if up and (n - 1) * stride >= size + pad then n = n - 1 end
  if room < 0 or n < 1 then
    error(('%s: an input side of %d is smaller than the kernel (%d, padding %d)')
      :format(torch.type(module), size, kernel, pad), 3)
  end
  return n
end

-- ---- texts ----

-- ', x,y', or nothing where both are what goes without saying.
local function pair(x, y, usual)
  return x == usual and y == usual and '' or (', %d,%d'):format(x, y)
end
M.pair_text = pair

-- A convolution's text; more goes before its closing parenthesis.
function M.convolution_text(module, more)
  local padding = pair(module.padW, module.padH, 0)
  return ('%s(%d -> %d, %dx%d'):format(torch.type(module), module.nInputPlane, module.nOutputPlane, module.kW,
    module.kH) .. pair(module.dW, module.dH, padding == '' and 1) .. padding .. (more or '') .. ')' ..
    (module.bias and '' or ' without bias')
end

-- A pooling's, likewise.
function M.pooling_text(module, more)
  return ('%s(%dx%d, %d,%d'):format(torch.type(module), module.kW, module.kH, module.dW, module.dH) ..
    pair(module.padW, module.padH, 0) .. (more or '') .. ')'
end

-- The backend and C's convolution of this kind ('forward', 'backward_data', 'backward_weights') for tensors like this
-- one.
function M.convolution(input, what)
  local b = T.backend(input)
  return b, b.lib[(input.dtype == pen.C.PEN_FLOAT and 'pen_conv_' or 'pen_conv_double_') .. what]
end

-- gradWeight and gradBias of a module, made at the first call, zero.
local function make_gradients(module)
  local weight, bias = module.weight, module.bias
  if weight and not module.gradWeight then module.gradWeight = weight.new():resizeAs(weight):zero() end
  if bias and not module.gradBias then module.gradBias = bias.new():resizeAs(bias):zero() end
end
M.make_gradients = make_gradients

-- How far from 0 new parameters may be, uniformly: with the standard deviation that is asked for, or 1 / sqrt(n) where
-- n numbers are summed.
function M.bound(stdv, n) return stdv and stdv * math.sqrt(3) or 1 / math.sqrt(n) end

-- Parameters weight and, unless it is nil, bias. Painting with a fixed network never asks for their gradients.
function M.define_parameters(Class, parent)
  function Class:parameters()
    make_gradients(self)
    return parent.parameters(self)
  end

  -- Uniform in [-a, a]: a = 1 / sqrt(inputs of one output), or stdv * sqrt(3).
  function Class:reset(stdv)
    local a = M.bound(stdv, self.weight:nElement() / self.weight:size(1))
    self.weight:uniform(-a, a)
    if self.bias then self.bias:uniform(-a, a) end
    return self
  end

  function Class:noBias()
    self.bias, self.gradBias = nil, nil
    return self
  end
end

return M
