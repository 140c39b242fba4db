-- cudnn: the names of cudnn.torch for the layers that nn has, which use cuDNN whenever their tensors lie on a GPU.
-- cudnn.benchmark = true (or fastest): convolutions time their algorithms at each new shape.
local pen = require 'pen.ffi'
require 'cunn'

local cudnn = {version = 0}
local settings = {benchmark = false, fastest = false, verbose = false}

local function autotune()
  for _, backend in pairs(pen.devices() or {}) do
    local on = settings.benchmark or settings.fastest
    pen.check(backend, backend.lib.pen_ctx_autotune(backend.ctx, on and 1 or 0))
  end
end

-- Layers are looked up in nn when they are asked for: cudnn.SpatialConvolution is nn.SpatialConvolution.
setmetatable(cudnn, {
  __index = function(_, key)
    if settings[key] ~= nil then return settings[key] end
    return nn[key]
  end,
  __newindex = function(t, key, value)
    if settings[key] == nil then return rawset(t, key, value) end
    settings[key] = value and true or false
    autotune()
  end,
})

-- cudnn.torch exchanges the layers of net here. They are the same ones.
function cudnn.convert(net) return net end

_G.cudnn = cudnn
return cudnn
