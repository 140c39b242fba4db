-- A caffemodel as Lua sees it: what its layers are, and their blobs on demand. The file stays mapped as long as the
-- model, or a reader made from it, is alive.
local ffi = require 'ffi'
local pen = require 'pen.ffi'
local C = pen.C

local Model = {}
Model.__index = Model

local function text(bytes, length) return ffi.string(bytes, tonumber(length)) end

local function pair(values) return {h = values[0], w = values[1]} end

-- Shape of a blob as a list, outermost first.
local function shape(blob)
  local sizes = {}
  for d = 1, blob.ndim do sizes[d] = tonumber(blob.sizes[d - 1]) end
  return sizes
end

-- Plain table of layer i (1-based): name, type, number (V1 files), bottom, top, kernel/stride/pad/dilation = {h, w},
-- group, outputs, pool, dropout, ..., blobs = list of shapes.
function Model:layer(i)
  local raw = ffi.new('pen_layer')
  pen.check(pen.cpu, C.pen_model_layer(self.handle, raw, i - 1))
  local layer = {
    index = i, name = text(raw.name, raw.name_length), type = text(raw.type, raw.type_length),
    bottom = text(raw.bottom, raw.bottom_length), top = text(raw.top, raw.top_length),
    number = raw.type_number >= 0 and raw.type_number or nil,
    kernel = pair(raw.kernel), stride = pair(raw.stride), pad = pair(raw.pad), dilation = pair(raw.dilation),
    group = raw.group, outputs = raw.outputs, has_bias = raw.has_bias ~= 0, transposed = raw.transposed ~= 0,
    pool = raw.pool, global_pooling = raw.global_pooling ~= 0, dropout = raw.dropout,
    local_size = raw.local_size, within_channel = raw.within_channel ~= 0,
    alpha = raw.alpha, beta = raw.beta, k = raw.k, blobs = {},
  }
  for b = 1, math.min(raw.blobs, C.PEN_LAYER_BLOBS) do layer.blobs[b] = shape(raw.blob[b - 1]) end
  return layer
end

function Model:size()
  local n = ffi.new('int[1]')
  pen.check(pen.cpu, C.pen_model_layers(self.handle, n))
  return n[0]
end

-- Copies blob b (1-based) of layer i into a contiguous float tensor with as many elements. Raises on NaN and infinity.
function Model:read(i, b, tensor) pen.check(pen.cpu, C.pen_model_blob(self.handle, tensor, i - 1, b - 1), 0) end

local M = {}

-- The model in a file, or nil and what is wrong with it.
function M.open(path)
  local out = ffi.new('pen_model *[1]')
  if C.pen_model_open(out, path) ~= 0 then return nil, (ffi.string(C.pen_last_error()):gsub('^[%w_]+: ', '')) end
  return setmetatable({path = path, handle = ffi.gc(out[0], C.pen_model_close)}, Model)
end

return M
