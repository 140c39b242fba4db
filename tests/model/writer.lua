-- Writes caffemodels as byte strings: protocol buffers with the field numbers of Caffe's caffe.proto. Version 1 is the
-- old generation ("layers", numbered types), 2 the new one ("layer", named types).
local ffi = require 'ffi'

local M = {}

-- ---- wire format ----

function M.varint(n)
  local bytes = {}
  repeat
    local rest = math.floor(n / 128)
    bytes[#bytes + 1] = string.char(n % 128 + (rest > 0 and 128 or 0))
    n = rest
  until n == 0
  return table.concat(bytes)
end

local function tag(number, kind) return M.varint(number * 8 + kind) end

function M.whole(number, value) return tag(number, 0) .. M.varint(value) end
function M.bytes(number, text) return tag(number, 2) .. M.varint(#text) .. text end

local function raw(type_name, value) return ffi.string(ffi.new(type_name .. '[1]', value), ffi.sizeof(type_name)) end

function M.real(number, value) return tag(number, 5) .. raw('float', value) end

-- ---- blobs and layers ----

local function shape_fields(sizes, old)
  local parts = {}
  for i, size in ipairs(sizes) do parts[i] = old and M.whole(i, size) or M.varint(size) end
  return old and table.concat(parts) or M.bytes(7, M.bytes(1, table.concat(parts)))
end

-- {sizes = {..}, values = list, or function of the index; old: num/channels/height/width instead of a BlobShape (four
-- sizes); doubles: double_data; unpacked: one field for each value}
function M.blob(blob)
  local n, values = 1, {}
  for _, size in ipairs(blob.sizes) do n = n * size end
  local number, kind, type_name = 5, 5, 'float'
  if blob.doubles then number, kind, type_name = 8, 1, 'double' end
  for i = 1, n do
    local value = type(blob.values) == 'function' and blob.values(i) or blob.values[i]
    values[i] = (blob.unpacked and tag(number, kind) or '') .. raw(type_name, value)
  end
  local data = table.concat(values)
  return shape_fields(blob.sizes, blob.old) .. (blob.unpacked and data or M.bytes(number, data))
end

local numbers = {
  Concat = 3, Convolution = 4, Data = 5, Dropout = 6, InnerProduct = 14, LRN = 15, Pooling = 17, ReLU = 18,
  Sigmoid = 19, Softmax = 20, TanH = 23,
}
local fields = {
  {name = 4, type = 5, blobs = 6, convolution = 10, dropout = 12, inner_product = 17, lrn = 18, pooling = 19},
  {name = 1, type = 2, blobs = 7, convolution = 106, dropout = 108, inner_product = 117, lrn = 118, pooling = 121},
}

-- {name, type, blobs = list of bytes, convolution (or dropout, pooling, ...) = bytes of the parameter message}
function M.layer(version, layer)
  local number = fields[version]
  local parts = {M.bytes(number.name, layer.name)}
  parts[2] = version == 1 and M.whole(number.type, numbers[layer.type]) or M.bytes(number.type, layer.type)
  for _, blob in ipairs(layer.blobs or {}) do parts[#parts + 1] = M.bytes(number.blobs, blob) end
  for name, field in pairs(number) do
    if name ~= 'name' and name ~= 'type' and name ~= 'blobs' and layer[name] then
      parts[#parts + 1] = M.bytes(field, layer[name])
    end
  end
  return table.concat(parts)
end

-- The file: layers as M.layer takes them.
function M.net(version, layers)
  local parts = {M.bytes(1, 'net')}
  for _, layer in ipairs(layers) do
    parts[#parts + 1] = M.bytes(version == 1 and 2 or 100, M.layer(version, layer))
  end
  return table.concat(parts)
end

-- ---- whole networks ----

-- A convolution with weights from values(i) and biases 0.
function M.convolution(name, outputs, inputs, side, values)
  return {
    name = name, type = 'Convolution',
    convolution = M.whole(1, outputs) .. M.whole(3, (side - 1) / 2) .. M.whole(4, side),
    blobs = {
      M.blob {sizes = {outputs, inputs, side, side}, values = values},
      M.blob {sizes = {outputs}, values = function() return 0 end},
    },
  }
end

-- VGG-19's layers to relu5_1 with few channels, as a list for M.net.
function M.vgg19(number)
  local layers, planes = {}, 3
  for block, spec in ipairs {{2, 2}, {2, 2}, {4, 4}, {4, 4}, {4, 1}} do
    for i = 1, spec[2] do
      local suffix = ('%d_%d'):format(block, i)
      layers[#layers + 1] = M.convolution('conv' .. suffix, spec[1], planes, 3, function() return number(-0.5, 0.5) end)
      layers[#layers + 1] = {name = 'relu' .. suffix, type = 'ReLU'}
      planes = spec[1]
    end
    if block < 5 then
      layers[#layers + 1] = {name = 'pool' .. block, type = 'Pooling', pooling = M.whole(2, 2) .. M.whole(3, 2)}
    end
  end
  return layers
end

return M
