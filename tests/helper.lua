-- What specs share: where the golden data lies, .npy files, comparisons, seeded numbers, backends.
local ffi = require 'ffi'
local heap = require 'pen.heap'
local pen = require 'pen.ffi'

local M = {}

M.shared = os.getenv('PENTIMENTO_SHARED') or '../shared'

-- True when golden data is there; otherwise marks the running spec as pending and says why.
function M.have_shared()
  local file = io.open(M.shared .. '/golden/prim/MANIFEST.txt')
  if file then file:close() end
  return file ~= nil
end

-- Calls body(backend) for every backend that this machine has: the CPU, and the first GPU (or what PENTIMENTO_CUDA
-- names in its place).
function M.each_backend(body)
  body(pen.cpu)
  local devices = pen.devices()
  if devices then body(devices[0]) end
end

local npy_types = {
  ['<f4'] = {'float', 4}, ['<f8'] = {'double', 8}, ['<i4'] = {'int32_t', 4}, ['<i8'] = {'int64_t', 8},
  ['|u1'] = {'uint8_t', 1},
}

-- Reads a NumPy file (C order): {shape = {..}, data = cdata pointer, n = elements, type = C type name}.
function M.npy(path)
  local file = assert(io.open(path, 'rb'))
  local bytes = file:read('*a')
  file:close()
  assert(bytes:sub(1, 6) == '\147NUMPY', path .. ' is no .npy file')
  local length = bytes:byte(9) + 256 * bytes:byte(10)
  local header = bytes:sub(11, 10 + length)
  local descr = header:match("'descr': '([^']+)'")
  assert(header:find("'fortran_order': False"), path .. ' is in Fortran order')
  local kind = assert(npy_types[descr], path .. ' has type ' .. tostring(descr))
  local shape, n = {}, 1
  for size in header:match("'shape': %(([^)]*)%)"):gmatch('%d+') do
    shape[#shape + 1] = tonumber(size)
    n = n * tonumber(size)
  end
  local data = ffi.new(kind[1] .. '[?]', n)
  ffi.copy(data, bytes:sub(11 + length), n * kind[2])
  return {shape = shape, data = data, n = n, type = kind[1]}
end

local tensor_types = {float = 'Float', double = 'Double', int32_t = 'Int', int64_t = 'Long', uint8_t = 'Byte'}

-- The same as a tensor of the file's type.
function M.npy_tensor(path)
  local array = M.npy(path)
  local t = torch[tensor_types[array.type] .. 'Tensor'](unpack(array.shape))
  ffi.copy(t:data(), array.data, array.n * ffi.sizeof(array.type))
  return t
end

-- Two lists of numbers agree element by element; NaN agrees with nothing.
function M.near(expected, got, tolerance)
  if #expected ~= #got then error(('%d elements, expected %d'):format(#got, #expected), 2) end
  for i = 1, #expected do
    if not (math.abs(expected[i] - got[i]) <= tolerance) then
      error(('element %d is %.9g, expected %.9g'):format(i, got[i], expected[i]), 2)
    end
  end
end

-- Fails unless f(...) raises one line that holds the text.
function M.fails(text, f, ...)
  local ok, problem = pcall(f, ...)
  if ok then error('no error', 2) end
  if not problem:find(text, 1, true) then error(('the error lacks %q: %s'):format(text, problem), 2) end
  if problem:find('\n') then error('more than one line: ' .. problem, 2) end
end

-- The bytes of a file.
function M.read(name)
  local file = assert(io.open(name, 'rb'))
  local bytes = file:read('*a')
  file:close()
  return bytes
end

-- Makes a file of these bytes; returns its name.
function M.write(name, bytes)
  local file = assert(io.open(name, 'wb'))
  file:write(bytes)
  file:close()
  return name
end

-- The bytes of a temporary file, which is then removed.
function M.take(name)
  local bytes = M.read(name)
  os.remove(name)
  return bytes
end

-- Storages a backend (nil: the CPU) has made so far; the bytes alive would tell of garbage, too.
function M.allocations(backend)
  local _, _, count = heap.bytes(backend or pen.cpu)
  return count
end

-- Uniform numbers in [low, high), the same in every run (MINSTD).
function M.numbers(seed)
  local state = seed
  return function(low, high)
    state = state * 16807 % 2147483647
    return low + (high - low) * (state / 2147483647)
  end
end

return M
