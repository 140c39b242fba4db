-- torch.File and its kinds, and objects in Torch's .t7 format: bytes as Torch writes them, round trips, damaged files.
require 'nn'
local helper = require 'helper'

-- Little-endian bytes of an int.
local function int(n) return string.char(n % 256, math.floor(n / 256) % 256, 0, 0) end
local function long(n) return int(n) .. int(0) end

describe('torch.serialize', function()
  it('writes ascii as Torch does', function()
    assert.equal('3\n1\n2\n1\n1\n1\n0.10000000000000001\n1\n2\n2\n2\nab\n', torch.serialize({0.1, 'ab'}, 'ascii'))
    assert.equal('0\n5\n1\n', torch.serialize(nil, 'ascii') .. torch.serialize(true, 'ascii'))
    assert.equal('4\n1\n3\nV 1\n17\ntorch.FloatTensor\n1\n3\n1\n1\n4\n2\n3\nV 1\n18\ntorch.FloatStorage\n3\n' ..
      '0.100000001 -2 3\n', torch.serialize(torch.FloatTensor {0.1, -2, 3}, 'ascii'))
  end)

  it('writes to ascii bytes as they are, no line of nothing, and the sign of NaN', function()
    assert.equal('4\n1\n3\nV 1\n16\ntorch.ByteTensor\n1\n3\n1\n1\n4\n2\n3\nV 1\n17\ntorch.ByteStorage\n3\n' ..
      '\0\10\255\n', torch.serialize(torch.ByteTensor {0, 10, 255}, 'ascii'))
    assert.equal('2\n0\n', torch.serialize('', 'ascii'))
    assert.equal('4\n1\n3\nV 1\n15\ntorch.IntTensor\n0\n1\n0\n', torch.serialize(torch.IntTensor(), 'ascii'))
    local bits = torch.IntStorage {0, 0x7ff80000, 0, -0x80000} -- of two NaN
    local file = torch.MemoryFile():binary()
    file:writeInt(bits)
    file:seek(1)
    local nans = file:readDouble(2)
    assert.equal('nan -nan\n', torch.serialize(nans, 'ascii'):sub(-9))
    assert.is_true(tostring(torch.deserialize(torch.serialize(nans, 'ascii'), 'ascii')[2]):find('nan') ~= nil)
  end)

  it('writes binary as Torch does', function()
    assert.equal(int(2) .. int(3) .. 'abc', torch.serialize('abc'))
    assert.equal(int(4) .. int(1) .. int(3) .. 'V 1' .. int(16) .. 'torch.ByteTensor' .. int(2) .. long(1) ..
      long(2) .. long(2) .. long(1) .. long(1) .. int(4) .. int(2) .. int(3) .. 'V 1' .. int(17) ..
      'torch.ByteStorage' .. long(2) .. '\7\9', torch.serialize(torch.ByteTensor {{7, 9}}))
    assert.equal(int(4) .. int(1) .. int(3) .. 'V 1' .. int(16) .. 'torch.ByteTensor' .. int(0) .. long(1) .. int(0),
      torch.serialize(torch.ByteTensor()))
  end)

  for _, format in ipairs {'binary', 'ascii'} do
    local function again(object) return torch.deserialize(torch.serialize(object, format), format) end

    it('gives back what it was given, ' .. format, function()
      local t = {1, 'two\nlines', true, {x = -1e300, [false] = 0 / 0}}
      local r = again(t)
      assert.same({1, 'two\nlines', true}, {r[1], r[2], r[3]})
      assert.equal(-1e300, r[4].x)
      assert.is_true(r[4][false] ~= r[4][false])
      for _, kind in ipairs {'Byte', 'Char', 'Short', 'Int', 'Long', 'Float', 'Double'} do
        local a = torch[kind .. 'Tensor'](3, 4):copy(torch.range(1, 12):view(3, 4))
        local b = again(a:t())
        assert.equal(torch.type(a), torch.type(b))
        assert.same({4, 3}, b:size():totable())
        assert.same(a:t():totable(), b:totable())
      end
      assert.is_nil(again(nil))
      assert.equal(0, again(torch.Tensor()):dim())
    end)

    it('keeps what is shared, and circles, ' .. format, function()
      local a = torch.range(1, 6)
      local t = {a = a, part = a:narrow(1, 2, 2), storage = a:storage()}
      t.me = t
      local r = again(t)
      assert.equal(r, r.me)
      r.a[2] = 70
      assert.equal(70, r.part[1])
      assert.equal(70, r.storage[2])
      local text = torch.serialize({a, a}, format)
      assert.is_true(#text < #torch.serialize({a, a:clone()}, format))
    end)

    it('keeps modules and functions, ' .. format, function()
      local net = nn.Sequential():add(nn.Linear(3, 4)):add(nn.Tanh()):add(nn.Linear(4, 2))
      local x, step = torch.randn(3), 3
      local r = again({net = net, f = function(y) return y + step end})
      assert.same(net:forward(x):totable(), r.net:forward(x):totable())
      assert.equal(tostring(net), tostring(r.net))
      assert.equal(8, r.f(5))
    end)
  end

  it('keeps a variable that functions share one variable', function()
    local count = 0
    local function step() count = count + 1 end
    local again = torch.deserialize(torch.serialize {step = step, get = function() return count end})
    again.step()
    assert.equal(1, again.get())
    assert.equal(0, count)
    local function factorial(n) return n < 2 and 1 or n * factorial(n - 1) end
    assert.equal(120, torch.deserialize(torch.serialize(factorial))(5))
  end)

  it('writes the version of a class, and tells read which one a file holds', function()
    local Versioned = torch.class('torch.Versioned')
    Versioned.__version = 3
    function Versioned:read(file, version)
      self.version, self.fields = version, file:readObject()
    end
    local text = torch.serialize(torch.Versioned())
    local head = int(4) .. int(1) .. int(3) .. 'V 3' .. int(15) .. 'torch.Versioned'
    assert.equal(head, text:sub(1, #head))
    assert.equal(3, torch.deserialize(text).version)
    local unversioned = text:gsub(int(3):gsub('%z', '%%z') .. 'V 3', '')
    assert.equal(0, torch.deserialize(unversioned).version)
  end)

  it('says what is wrong with what it is given', function()
    local text = torch.serialize({1, torch.randn(5)})
    helper.fails('read error', torch.deserialize, text:sub(1, -10))
    helper.fails('is this a .t7 file', torch.deserialize, 'P6 100 100 255 ')
    helper.fails('unknown Torch class <torch.NoTensor>', torch.deserialize,
      int(4) .. int(1) .. int(3) .. 'V 1' .. int(14) .. 'torch.NoTensor')
    helper.fails('Unwritable object <thread>', torch.serialize, coroutine.create(print))
  end)
end)

-- Old files list the values of upvalues alone, the oldest without an index of the function.
describe('a function of an old .t7', function()
  local step, word = 3, {}
  local function f(x) return x + step, word end
  local code = int(#string.dump(f)) .. string.dump(f)
  local values = torch.serialize({4, {7}}):gsub('^....' .. int(1):gsub('%z', '%%z'), int(3) .. int(9))

  for kind, head in pairs {[7] = int(7) .. int(1), [6] = int(6)} do
    it('of type ' .. kind .. ' gets its upvalues', function()
      local sum, list = torch.deserialize(head .. code .. values)(1)
      assert.same({5, {7}}, {sum, list})
    end)
  end
end)

describe('torch.DiskFile', function()
  local name
  before_each(function() name = os.tmpname() end)
  after_each(function() os.remove(name) end)

  it('saves and loads, also long numbers of four bytes', function()
    for _, format in ipairs {'binary', 'ascii', 'b32'} do
      torch.save(name, {torch.range(1, 4), 'x'}, format)
      local r = torch.load(name, format)
      assert.same({1, 2, 3, 4}, r[1]:totable())
    end
    assert.is_true(pcall(torch.save, name, {1}))
    helper.fails('not.there', torch.load, '/tmp/not.there')
    helper.fails('/no/such/folder', torch.save, '/no/such/folder/x.t7', 1)
  end)

  it('reads what it wrote, number by number', function()
    for _, way in ipairs {'ascii', 'binary'} do
      local file = torch.DiskFile(name, 'w')
      file[way](file)
      file:writeInt(-5)
      file:writeDouble(torch.DoubleStorage {0.5, 1e10})
      file:writeBool(true)
      file:writeByte(200)
      file:writeString('a line\nand the rest')
      file:close()
      file = torch.DiskFile(name)
      file[way](file)
      assert.equal(-5, file:readInt())
      local place = file:position()
      assert.same({0.5, 1e10}, file:readDouble(2):totable())
      assert.is_true(file:readBool())
      assert.equal(200, file:readByte())
      assert.equal('a line', file:readString('*l'))
      assert.equal('and the rest', file:readString('*a'))
      file:seek(place)
      assert.equal(0.5, file:readDouble())
      file:seekEnd()
      helper.fails('read error', file.readInt, file)
      file:quiet()
      assert.equal(0, file:readInt())
      assert.is_true(file:hasError())
      file:close()
    end
  end)

  it('gives what is left when it is quiet, and itself to be called on', function()
    for _, way in ipairs {'ascii', 'binary'} do
      local file = torch.MemoryFile()
      file[way](file)
      file:writeByte(torch.ByteStorage {1, 2})
      if way == 'ascii' then file:noAutoSpacing() end
      assert.same({1, 2}, file:seek(1):quiet():readByte(way == 'ascii' and 2 or 5):totable())
      assert.equal(way == 'binary', file:hasError())
      assert.equal(file, file:seekEnd():synchronize():close())
    end
  end)

  it('takes storages of its type alone', function()
    local file = torch.MemoryFile()
    file:writeInt(torch.IntStorage(4))
    file:seek(1)
    helper.fails('number, or LongStorage expected', file.writeLong, file, torch.IntStorage(4))
    helper.fails('number, or LongStorage expected', file.readLong, file, torch.IntStorage(4))
    helper.fails('number, or ByteStorage expected', file.writeByte, file, 'x')
    helper.fails('number, or CharStorage expected', file.writeChar, file)
  end)

  it('refuses what its mode does not allow', function()
    local file = torch.DiskFile(name, 'r')
    helper.fails('read-only', file.writeInt, file, 1)
    helper.fails('write-only', function() torch.DiskFile(os.tmpname(), 'w'):readInt() end)
    assert.is_false(file:isWritable())
    assert.is_nil(torch.DiskFile('/tmp/not.there', 'r', true))
    helper.fails('file mode', torch.DiskFile, name, 'x')
    helper.fails("'*a' or '*l'", file.readString, file, 'x')
    helper.fails('unable to seek at position 0', file.seek, file, 0)
    helper.fails('a file expected', torch.load)
    helper.fails('expected for mode', torch.load, name, 'text')
    helper.fails('a string expected', torch.deserialize)
  end)
end)

describe('torch.MemoryFile', function()
  it('is written over, read from a place, and made of a storage', function()
    local file = torch.MemoryFile()
    file:writeString('one two')
    file:seek(5)
    file:writeString('TWO')
    file:seek(1)
    assert.equal('one TWO', file:readString('*a'))
    assert.equal('one TWO\0', file:storage():string())
    assert.equal('one TWO', torch.MemoryFile(file:storage(), 'r'):readString('*a'))
  end)
end)

describe('a storage of characters', function()
  it('becomes a text, and is one', function()
    local s = torch.CharStorage(9)
    assert.equal(s, s:string('hello'))
    assert.same({5, 'hello'}, {s:size(), s:string()})
    helper.fails('CharStorage', torch.IntStorage(1).string, torch.IntStorage(1))
  end)
end)
