-- torch.HalfTensor: 16-bit floats that are stored, viewed and converted. Oracle: the definition of binary16 in doubles.
local ffi = require 'ffi'
local pen = require 'pen.ffi'
local helper = require 'helper'
require 'torch'
require 'cutorch'

-- The number that a half's bits stand for, given as a whole number below 65536.
local function value_of(bits)
  local sign, rest = bits >= 32768 and -1 or 1, bits % 32768
  local exponent, fraction = math.floor(rest / 1024), rest % 1024
  if exponent == 31 then return fraction == 0 and sign * math.huge or 0 / 0 end
  if exponent == 0 then return sign * fraction * 2 ^ -24 end
  return sign * (1 + fraction / 1024) * 2 ^ (exponent - 15)
end

-- x to the nearest half, ties to the even one.
local function rounded(x)
  local size = math.abs(x)
  if size == 0 then return x end
  local step = 2 ^ (math.max(math.floor(math.log(size) / math.log(2) + 1e-12), -14) - 10)
  if step * 1024 > size and step > 2 ^ -24 then step = step / 2 end
  local units = size / step
  local whole = math.floor(units)
  local rest = units - whole
  if rest > 0.5 or (rest == 0.5 and whole % 2 == 1) then whole = whole + 1 end
  local result = whole * step
  return (x < 0 and -1 or 1) * (result > 65504 and math.huge or result)
end

local function all_halves()
  local t = torch.HalfTensor(65536)
  local bits = ffi.cast('uint16_t *', t:data())
  for i = 0, 65535 do bits[i] = i end
  return t
end

describe('a HalfTensor', function()
  it('decodes every half as its definition says, and encodes it back to the same bits', function()
    local halves = all_halves()
    local floats = halves:float()
    for i = 0, 65535 do
      local wanted, got = value_of(i), floats[i + 1]
      assert(wanted == got or (wanted ~= wanted and got ~= got), ('%d: %s, not %s'):format(i, got, wanted))
    end
    local back = ffi.cast('uint16_t *', floats:half():data())
    for i = 0, 65535 do
      if value_of(i) == value_of(i) then assert.are.equal(i, back[i]) end
    end
  end)

  it('rounds to the nearest half, ties to even', function()
    torch.manualSeed(3)
    local x = torch.randn(4000):cmul(torch.pow(2, torch.Tensor(4000):uniform(-26, 17))):float()
    local ties = {1 + 2 ^ -11, 1 + 3 * 2 ^ -11, 2 ^ -25, 3 * 2 ^ -25, 65519, 65520, -65536, 0, 2 ^ -14 - 2 ^ -25}
    for i, tie in ipairs(ties) do x[i] = tie end
    local got = x:half():double()
    for i = 1, x:nElement() do assert.are.equal(rounded(x[i]), got[i]) end
  end)

  it('converts from and to every type, and views like any tensor', function()
    for _, name in ipairs {'Byte', 'Char', 'Short', 'Int', 'Long', 'Float', 'Double', 'Half'} do
      local t = torch[name .. 'Tensor'] {{1, 2, 3}, {4, 5, 6}}
      local half = t:half()
      assert.are.equal('torch.HalfTensor', half:type())
      assert.are.same({{1, 4}, {2, 5}, {3, 6}}, half:t():totable())
      assert.are.same(t:totable(), half:t():contiguous():t():type(t:type()):totable())
    end
    local t = torch.HalfTensor {1.5, 2.5, 3.5}
    t[2] = 1 / 3
    assert.are.equal(rounded(1 / 3), t[2])
    assert.are.equal('torch.DoubleTensor', t:real():type())
    assert.are.same({3.5}, t:narrow(1, 3, 1):clone():totable())
    assert.are.same({1, 2}, torch.HalfStorage {1, 2}:totable())
    assert.are.equal(2, t:elementSize())
    assert.are.equal(0, torch.HalfTensor():float():nElement())
    assert.has_error(function() t:add(1) end)
    assert.are.same({0.5, 0.5}, torch.HalfTensor(2):fill(0.5):totable())
    assert.are.equal(0, torch.HalfTensor(3):zero()[2])
  end)

  it('goes into files and comes back', function()
    local t = torch.HalfTensor {{1, -2.5}, {65504, 2 ^ -24}}
    for _, format in ipairs {'binary', 'ascii'} do
      local text = torch.serialize({t, n = 1}, format)
      local back = torch.deserialize(text, format)[1]
      assert.are.equal('torch.HalfTensor', back:type())
      assert.are.same(t:totable(), back:totable())
    end
    assert(torch.serialize(t:storage(), 'ascii'):find('65504', 1, true))
    assert(torch.serialize(t:storage(), 'binary'):find('\0\60\0\193', 1, true)) -- 1, -2.5
  end)

  it('is encoded and decoded alike on every backend', function()
    local x = torch.FloatTensor(300):normal()
    helper.each_backend(function(backend)
      if backend == pen.cpu then return end
      local lib, ctx = backend.lib, backend.ctx
      local out = ffi.new('pen_storage *[1]')
      assert(lib.pen_storage_new(ctx, out, lib.PEN_HALF, 300) == 0)
      local half = ffi.new('pen_tensor') -- owns the one reference; its finalizer is the library's
      half.store, half.ndim, half.dtype, half.sizes[0], half.strides[0] = out[0], 1, lib.PEN_HALF, 300, 1
      local y = x:cuda()
      pen.check(backend, lib.pen_half_encode(ctx, half, y))
      pen.check(backend, lib.pen_half_decode(ctx, y, half))
      assert.are.same(x:half():float():totable(), y:float():totable())
    end)
  end)
end)
