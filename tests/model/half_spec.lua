-- Weights of 16 bits in a caffemodel: each of the 65536 patterns against the definition of IEEE 754 binary16, and what
-- the writer makes of numbers in between.
require 'loadcaffe'
local ffi = require 'ffi'
local caffemodel = require 'pen.caffemodel'
local writer = require 'pen.caffemodel_writer'

-- The number that 16 bits mean; nil for infinities and NaN.
local function value_of(bits)
  local sign, exponent, fraction = bits < 0x8000 and 1 or -1, math.floor(bits / 1024) % 32, bits % 1024
  if exponent == 31 then return nil end
  if exponent == 0 then return sign * (fraction * 2 ^ -24) end
  return sign * (1 + fraction / 1024) * 2 ^ (exponent - 15)
end

local function same(a, b) return a == b and 1 / a == 1 / b end -- -0 is not 0

local finite = {}
for bits = 0, 0xffff do
  if value_of(bits) then finite[#finite + 1] = bits end
end

describe('halves in a caffemodel', function()
  local path

  before_each(function() path = os.tmpname() end)
  after_each(function() os.remove(path) end)

  local function open(blob)
    local file = assert(io.open(path, 'wb'))
    file:write(writer.net(2, {{name = 'a', type = 'Convolution', blobs = {blob}}}))
    file:close()
    return caffemodel.open(path)
  end

  -- The floats that are read where these bytes are raw data of a type.
  local function read(n, bytes, kind)
    local values = torch.FloatTensor(n)
    open(writer.shape {n} .. writer.whole(10, kind or 2) .. writer.bytes(12, bytes)):read(1, 1, values)
    return values
  end

  local function raw_halves(list)
    local bytes = {}
    for i, bits in ipairs(list) do bytes[i] = string.char(bits % 256, math.floor(bits / 256)) end
    return table.concat(bytes)
  end

  it('mean what the standard says, each of them', function()
    local values = read(#finite, raw_halves(finite))
    assert.are.equal(63488, #finite)
    for i, bits in ipairs(finite) do
      if not same(value_of(bits), values[i]) then error(('%04x is read as %g'):format(bits, values[i])) end
    end
  end)

  it('are refused where they are infinite or no number', function()
    for _, bits in ipairs {0x7c00, 0xfc00, 0x7c01, 0x7fff, 0xfe00} do
      local ok, problem = pcall(read, 2, raw_halves {0x3c00, bits})
      assert.is_false(ok)
      assert.truthy(problem:find('NaN or infinity', 1, true), problem)
    end
  end)

  it('come out as they went in', function()
    local list = {}
    for i, bits in ipairs(finite) do list[i] = value_of(bits) end
    for _, values in ipairs {list, torch.FloatTensor(list)} do
      local result = torch.FloatTensor(#list)
      open(writer.blob {sizes = {#list}, values = values, half = true}):read(1, 1, result)
      for i, value in ipairs(list) do
        if not same(value, result[i]) then error(('%g came out as %g'):format(value, result[i])) end
      end
    end
  end)

  it('are the nearest to a number, of two the even one', function()
    for bits = 0, 0x7bfe, 7 do
      local low, high = value_of(bits), value_of(bits + 1)
      local middle, step = (low + high) / 2, (high - low) / 1024
      assert.are.equal(bits, writer.half(middle - step))
      assert.are.equal(bits + 1, writer.half(middle + step))
      assert.are.equal(bits + bits % 2, writer.half(middle))
      assert.are.equal(0x8000 + bits + bits % 2, writer.half(-middle))
    end
    assert.are.equal(0x7bff, writer.half(65519.99))
  end)

  it('do not hold what is too large', function()
    for _, value in ipairs {65520, -65520, math.huge, -math.huge, 0 / 0} do
      local ok, problem = pcall(writer.half, value)
      assert.is_false(ok)
      assert.truthy(problem:find('65504', 1, true), problem)
    end
  end)

  it('share their field with floats and doubles', function()
    assert.are.same({1.5, -2}, read(2, writer.raw('float', 1.5) .. writer.raw('float', -2), 1):totable())
    assert.are.same({1.5, -2}, read(2, writer.raw('double', 1.5) .. writer.raw('double', -2), 0):totable())
    local floats = torch.FloatTensor {1 / 3, 2 ^ -140, 3e38}
    local result = torch.FloatTensor(3)
    open(writer.blob {sizes = {3}, values = floats}):read(1, 1, result)
    assert.are.same(floats:totable(), result:totable())
  end)

  it('are not read where floats are', function()
    local blob = writer.blob {sizes = {1}, values = {7}} .. writer.whole(10, 2) .. writer.bytes(12, raw_halves {0x3c00})
    local values = torch.FloatTensor(1)
    open(blob):read(1, 1, values)
    assert.are.equal(7, values[1])
  end)

  local function refuses(name, blob)
    it('are refused: ' .. name, function()
      local model, problem = open(blob)
      assert.is_nil(model)
      assert.truthy(problem:find('layer 1 (a) of ' .. path, 1, true), problem)
    end)
  end
  local half = writer.whole(10, 2)
  refuses('half a half', writer.shape {1} .. half .. writer.bytes(12, '\0\60\0'))
  refuses('too few', writer.shape {3} .. half .. writer.bytes(12, '\0\60\0\60'))
  refuses('too many', writer.shape {1} .. half .. writer.bytes(12, '\0\60\0\60'))
  refuses('twice', writer.shape {2} .. half .. writer.bytes(12, '\0\60'):rep(2))
  refuses('whole numbers', writer.shape {1} .. writer.whole(10, 3) .. writer.bytes(12, '\0\60'))
  refuses('a type that is no number', writer.shape {1} .. writer.bytes(10, '\2') .. writer.bytes(12, '\0\60'))
  refuses('data that is a number', writer.shape {1} .. half .. writer.whole(12, 60))
  refuses('without their type, which is double then', writer.shape {1} .. writer.bytes(12, '\0\60'))
end)
