-- matio: MATLAB's files. matio.load('file.mat' [, name]) reads numeric arrays and texts, as a table by name or the one
-- of that name; matio.save('file.mat', tensors) writes a table of tensors by name, or one tensor, as x.
--
-- Reads what MATLAB calls version 5 to 7, compressed or not; refuses version 7.3, which is HDF5 (see hdf5), and files
-- of big-endian machines. Cells, structures, sparse and complex arrays are left out. Writes version 5, uncompressed.
--
-- A file is a header of 128 bytes and elements: 32 bits of type, 32 of length, the data, padded to 8 bytes. Elements of
-- at most four bytes keep type and length in 16 bits each.
local ffi = require 'ffi'
local files = require 'pen.file'
require 'torch'

ffi.cdef 'int uncompress(uint8_t *dest, unsigned long *size, const uint8_t *source, unsigned long source_size);'

local matio = {}

local MATRIX, COMPRESSED, BUFFER_TOO_SMALL = 14, 15, -5
local stored = {'int8_t', 'uint8_t', 'int16_t', 'uint16_t', 'int32_t', 'uint32_t', 'float', [9] = 'double',
  [12] = 'int64_t', [13] = 'uint64_t'}
local TEXT = 4
local classes = {[6] = 'Double', [7] = 'Float', [8] = 'Char', [9] = 'Byte', [10] = 'Short', [11] = 'Int', [12] = 'Int',
  [13] = 'Long', [14] = 'Long', [15] = 'Long'}

local function word(bytes, at) return ffi.cast('const uint32_t *', ffi.cast('const char *', bytes) + at - 1)[0] end

-- Type and data of the element at a position, and the position behind it.
local function element(bytes, at)
  if at + 7 > #bytes then error('the file is cut off', 0) end
  local kind, length, first, padded = word(bytes, at), word(bytes, at + 4), at + 8, nil
  if kind >= 65536 then
    kind, length, first, padded = kind % 65536, math.floor(kind / 65536), at + 4, 4
  end
  if first + length - 1 > #bytes then error('the file is cut off', 0) end
  padded = padded or (kind == COMPRESSED and length or math.ceil(length / 8) * 8)
  return kind, bytes:sub(first, first + length - 1), first + padded
end

local function inflate(bytes)
  local zlib = ffi.load('libz.so.1')
  local room = math.max(4 * #bytes, 1024)
  while true do
    local buffer, size = ffi.new('uint8_t[?]', room), ffi.new('unsigned long[1]', room)
    local status = zlib.uncompress(buffer, size, bytes, #bytes)
    if status == 0 then return ffi.string(buffer, size[0]) end
    if status ~= BUFFER_TOO_SMALL then error('an element cannot be decompressed', 0) end
    room = 2 * room
  end
end

-- The numbers of an element as a C array, and how many there are.
local function numbers(kind, data)
  local name = stored[kind] or error('an array holds elements of unknown type ' .. kind, 0)
  local count = #data / ffi.sizeof(name)
  local array = ffi.new(name .. '[?]', math.max(count, 1))
  ffi.copy(array, data, #data)
  return array, count
end

-- MATLAB's first dimension runs fastest.
local function tensor_of(class, sizes, count, array)
  local n, backwards, order, product = #sizes, torch.LongStorage(#sizes), {}, 1
  for d = 1, n do
    backwards[d], order[d], product = sizes[n + 1 - d], n + 1 - d, product * sizes[d]
  end
  if product ~= count then error(('an array of %d elements has %d'):format(product, count), 0) end
  if product == 0 then return torch[class .. 'Tensor']() end
  local tensor = torch[class .. 'Tensor']():resize(backwards) -- LongTensor(backwards) would hold the sizes themselves
  local data = tensor:data()
  for i = 0, count - 1 do data[i] = array[i] end
  return tensor:permute(unpack(order)):contiguous()
end

-- Name and value of an array; no value for kinds that are left out.
local function matrix(bytes)
  local _, flags, at = element(bytes, 1)
  local sizes, size_data, kind, name, data = {}, nil, nil, nil, nil
  _, size_data, at = element(bytes, at)
  local array, n = numbers(5, size_data)
  for d = 1, n do sizes[d] = array[d - 1] end
  _, name, at = element(bytes, at)
  local class, complex = word(flags, 1) % 256, math.floor(word(flags, 1) / 2048) % 2 == 1
  if complex or not (classes[class] or class == TEXT) then return name end
  kind, data = element(bytes, at)
  if class == TEXT then return name, (data:gsub('%z', '')) end
  local values, count = numbers(kind, data)
  return name, tensor_of(classes[class], sizes, count, values)
end

local function read_all(path)
  local file, problem = io.open(path, 'rb')
  if not file then error(problem, 0) end
  local bytes = file:read('*a')
  file:close()
  if not bytes or #bytes < 128 or bytes:sub(1, 6) ~= 'MATLAB' then error('this is no MATLAB file', 0) end
  if bytes:sub(127, 128) ~= 'IM' or bytes:byte(126) ~= 1 then
    error('only versions 5 to 7 are read; 7.3 is HDF5 and can be read with hdf5', 0)
  end
  local arrays, at = {}, 129
  while at <= #bytes do
    local kind, data
    kind, data, at = element(bytes, at)
    if kind == COMPRESSED then kind, data = element(inflate(data), 1) end
    if kind == MATRIX then
      local name, value = matrix(data)
      arrays[name] = value
    end
  end
  return arrays
end

function matio.load(path, name)
  local ok, arrays = pcall(read_all, path)
  if not ok then error(('matio: %s: %s'):format(path, arrays), 2) end
  if name then return arrays[name] end
  return arrays
end

-- ---- writing ----

local written = {
  Double = {class = 6, kind = 9}, Float = {class = 7, kind = 7}, Char = {class = 8, kind = 1},
  Byte = {class = 9, kind = 2}, Short = {class = 10, kind = 3}, Int = {class = 12, kind = 5},
  Long = {class = 14, kind = 12},
}

local function words(...) return ffi.string(ffi.new('uint32_t[?]', select('#', ...), ...), 4 * select('#', ...)) end

local function padding(length) return ('\0'):rep(-length % 8) end

local function small_element(kind, data) return words(kind, #data) .. data .. padding(#data) end

-- Sizes as MATLAB has them, at least two, and the elements, the first dimension fastest.
local function layout(tensor)
  local sizes, order, n = tensor:size():totable(), {}, tensor:dim()
  for d = 1, n do order[d] = n + 1 - d end
  while #sizes < 2 do sizes[#sizes + 1] = #sizes == 0 and 0 or 1 end
  if n > 1 then tensor = tensor:permute(unpack(order)) end
  return sizes, tensor:contiguous()
end

-- In pieces: a tensor may be larger than a string can be.
local function write_data(file, tensor, bytes)
  local data, piece = ffi.cast('const char *', tensor:data()), 2 ^ 20
  for from = 0, bytes - 1, piece do
    assert(file:write(ffi.string(data + from, math.min(piece, bytes - from))))
  end
  assert(file:write(padding(bytes)))
end

local function write_matrix(file, name, tensor)
  local form = written[torch.type(tensor):match('^torch%.(%u%l+)Tensor$')]
  if not form then error(('%s is no tensor of the host: %s'):format(name, torch.type(tensor)), 0) end
  local sizes, values = layout(tensor)
  local bytes = values:nElement() * values:elementSize()
  local head = small_element(6, words(form.class, 0)) ..
    small_element(5, ffi.string(ffi.new('int32_t[?]', #sizes, sizes), 4 * #sizes)) .. small_element(1, name)
  if bytes >= 2 ^ 32 - #head - 16 then error(name .. ' has 4 GiB or more, which this format cannot say', 0) end
  file:write(words(MATRIX, #head + 8 + bytes + -bytes % 8), head, words(form.kind, bytes))
  write_data(file, values, bytes)
end

local function write_all(file, tensors)
  local names = {}
  for name in pairs(tensors) do names[#names + 1] = name end
  table.sort(names)
  file:write('MATLAB 5.0 MAT-file' .. (' '):rep(105), '\0\1IM')
  for _, name in ipairs(names) do write_matrix(file, name, tensors[name]) end
end

-- Tensors of the host, of less than 4 GiB each; vectors become columns. Anything else is an error, and leaves the file
-- as it was.
function matio.save(path, tensors)
  if torch.isTensor(tensors) then tensors = {x = tensors} end
  local written, problem = files.write(path, function(file) write_all(file, tensors) end)
  if not written then error('matio: ' .. problem, 2) end
end

return matio
