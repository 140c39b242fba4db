-- pen.caffemodel_writer for specs: also the kinds of blobs that only other programs write, and whole networks with
-- weights from a function.
local real = require 'pen.caffemodel_writer'

local M = setmetatable({}, {__index = real})

-- num, channels, height, width: the shape in old files.
local function old_shape(sizes)
  local parts = {}
  for i, size in ipairs(sizes) do parts[i] = real.whole(i, size) end
  return table.concat(parts)
end

-- {sizes = {..}, values = list, or function of the index; half: as the writer has it; old: num/channels/height/width
-- instead of a BlobShape (four sizes); doubles: double_data; unpacked: one field for each value}
function M.blob(blob)
  local n, values, bytes = 1, {}, {}
  for _, size in ipairs(blob.sizes) do n = n * size end
  for i = 1, n do values[i] = type(blob.values) == 'function' and blob.values(i) or blob.values[i] end
  if blob.half then return real.blob {sizes = blob.sizes, values = values, half = true} end
  local number, kind, type_name = 5, 5, 'float'
  if blob.doubles then number, kind, type_name = 8, 1, 'double' end
  for i = 1, n do bytes[i] = (blob.unpacked and real.tag(number, kind) or '') .. real.raw(type_name, values[i]) end
  local data = table.concat(bytes)
  return (blob.old and old_shape or real.shape)(blob.sizes) .. (blob.unpacked and data or real.bytes(number, data))
end

-- A convolution with weights from values(i) and biases 0.
function M.convolution(name, outputs, inputs, side, values)
  return {
    name = name, type = 'Convolution', convolution = real.convolution_parameters(outputs, side),
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
      layers[#layers + 1] = {name = 'pool' .. block, type = 'Pooling', pooling = real.pooling_parameters(2, 2)}
    end
  end
  return layers
end

return M
