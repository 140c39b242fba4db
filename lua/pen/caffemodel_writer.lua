-- Writes caffemodels as byte strings: protocol buffers with the field numbers of Caffe's caffe.proto. Version 1 is the
-- old generation ("layers", numbered types), 2 the new one ("layer", named types). Weights are floats, or halves
-- (IEEE 754 binary16) in the raw_data that NVIDIA's Caffe added; pen.caffemodel and OpenCV read both.
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

function M.tag(number, kind) return M.varint(number * 8 + kind) end

function M.whole(number, value) return M.tag(number, 0) .. M.varint(value) end
function M.bytes(number, text) return M.tag(number, 2) .. M.varint(#text) .. text end

-- A number as the bytes of a C type.
function M.raw(type_name, value) return ffi.string(ffi.new(type_name .. '[1]', value), ffi.sizeof(type_name)) end

function M.real(number, value) return M.tag(number, 5) .. M.raw('float', value) end

-- ---- blobs ----

local function round_to_even(x)
  local r = math.floor(x + 0.5)
  return r - x == 0.5 and r % 2 == 1 and r - 1 or r
end

-- The 16 bits of the half nearest to value; of two equally near the even one. Fails where that is infinite, and on NaN.
function M.half(value)
  local sign, size = (value < 0 or 1 / value < 0) and 0x8000 or 0, math.abs(value)
  if size < 2 ^ -14 then return sign + round_to_even(size * 2 ^ 24) end
  local fraction, exponent = math.frexp(size)
  local bits = (exponent + 13) * 1024 + round_to_even(fraction * 2048) -- a fraction rounded up to 1 carries over
  if not (bits < 31 * 1024) then error(('%g does not fit a half: the largest is 65504'):format(value), 2) end
  return sign + bits
end

-- values: a list or a float tensor.
local function floats(values, n)
  if type(values) ~= 'table' then return ffi.string(values:contiguous():data(), 4 * n) end
  local list = {}
  for i = 1, n do list[i] = M.raw('float', values[i]) end
  return table.concat(list)
end

local function halves(values, n)
  local list = ffi.new('uint16_t[?]', n)
  local data = type(values) ~= 'table' and values:contiguous():data()
  for i = 0, n - 1 do list[i] = M.half(data and data[i] or values[i + 1]) end
  return ffi.string(list, 2 * n)
end

-- BlobShape, field 7.
function M.shape(sizes)
  local dims = {}
  for i, size in ipairs(sizes) do dims[i] = M.varint(size) end
  return M.bytes(7, M.bytes(1, table.concat(dims)))
end

local FLOAT16 = 2

-- A BlobProto: {sizes = {..}, values = list or float tensor, half = true for 16 bits a value}
function M.blob(blob)
  local n = 1
  for _, size in ipairs(blob.sizes) do n = n * size end
  if not blob.half then return M.shape(blob.sizes) .. M.bytes(5, floats(blob.values, n)) end
  return M.shape(blob.sizes) .. M.whole(10, FLOAT16) .. M.bytes(12, halves(blob.values, n))
end

-- ---- layers and files ----

local numbers = {
  Concat = 3, Convolution = 4, Data = 5, Dropout = 6, InnerProduct = 14, LRN = 15, Pooling = 17, ReLU = 18,
  Sigmoid = 19, Softmax = 20, TanH = 23,
}
local fields = {
  {
    name = 4, type = 5, bottom = 2, top = 3, blobs = 6,
    convolution = 10, dropout = 12, inner_product = 17, lrn = 18, pooling = 19,
  }, {
    name = 1, type = 2, bottom = 3, top = 4, blobs = 7,
    convolution = 106, dropout = 108, inner_product = 117, lrn = 118, pooling = 121,
  },
}
local parameters = {'convolution', 'dropout', 'inner_product', 'lrn', 'pooling'}

-- {name, type, bottom and top (names, or none), blobs = list of bytes, convolution (or dropout, pooling, ...) = bytes
-- of the parameter message}
function M.layer(version, layer)
  local number = fields[version]
  local parts = {M.bytes(number.name, layer.name)}
  parts[2] = version == 1 and M.whole(number.type, numbers[layer.type]) or M.bytes(number.type, layer.type)
  for _, end_ in ipairs {'bottom', 'top'} do
    if layer[end_] then parts[#parts + 1] = M.bytes(number[end_], layer[end_]) end
  end
  for _, blob in ipairs(layer.blobs or {}) do parts[#parts + 1] = M.bytes(number.blobs, blob) end
  for _, name in ipairs(parameters) do
    if layer[name] then parts[#parts + 1] = M.bytes(number[name], layer[name]) end
  end
  return table.concat(parts)
end

-- The file: layers as M.layer takes them.
function M.net(version, layers, name)
  local parts = {M.bytes(1, name or 'net')}
  for _, layer in ipairs(layers) do
    parts[#parts + 1] = M.bytes(version == 1 and 2 or 100, M.layer(version, layer))
  end
  return table.concat(parts)
end

-- Parameters of a square convolution that keeps the size of the maps, and of a pooling.
function M.convolution_parameters(outputs, side)
  return M.whole(1, outputs) .. M.whole(3, (side - 1) / 2) .. M.whole(4, side)
end
function M.pooling_parameters(side, stride) return M.whole(2, side) .. M.whole(3, stride) end

return M
