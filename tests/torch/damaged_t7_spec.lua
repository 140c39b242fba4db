-- .t7 files that are cut off or changed: an object or an error, never a crash, and no memory beyond what they hold.
require 'torch'
require 'nn'
local heap = require 'pen.heap'
local helper = require 'helper'
local pen = require 'pen.ffi'

local function sample()
  torch.manualSeed(1)
  local shared = torch.randn(3, 4)
  local fields = {
    name = 'sample', numbers = {1, 2.5, true}, shared, shared:narrow(1, 2, 2), torch.LongTensor {1, 2, 3},
    net = nn.Sequential():add(nn.Linear(3, 2)):add(nn.ReLU()), storage = torch.ByteStorage {7, 8, 9},
  }
  -- pairs has no order: a string after them, as what is left of a number written as text is a number.
  return {fields, 'the last thing written'}
end

-- pcall(f), while tensors must do with a megabyte more than there are.
local function within_a_megabyte(f)
  collectgarbage()
  collectgarbage()
  local before = heap.bytes(pen.cpu)
  heap.limit(pen.cpu, before + 2 ^ 20)
  local ok, problem = pcall(f)
  heap.limit(pen.cpu, 0)
  return ok, problem
end

describe('a damaged .t7', function()
  for _, mode in ipairs {'binary', 'ascii'} do
    local bytes = torch.serialize(sample(), mode)

    local function read(text)
      local ok, problem = within_a_megabyte(function() torch.deserialize(text, mode) end)
      -- a size that is believed without being there
      assert(ok or not tostring(problem):find('out of memory', 1, true), problem)
      return ok
    end

    it('that is cut off anywhere is refused, ' .. mode, function()
      assert.is_true(read(bytes))
      local last = mode == 'ascii' and 2 or 1 -- a line's end is no loss
      for length = 0, #bytes - last, 7 do assert.is_false(read(bytes:sub(1, length)), 'of ' .. length) end
    end)

    it('with a byte changed does no harm, ' .. mode, function()
      local number, refused = helper.numbers(7), 0
      for _ = 1, 1500 do
        local at = math.floor(number(1, #bytes + 1))
        local value = string.char(math.floor(number(0, 256)))
        if not read(bytes:sub(1, at - 1) .. value .. bytes:sub(at + 1)) then refused = refused + 1 end
      end
      assert.is_true(refused > 100)
    end)

    it('with an integer made huge or negative does no harm, ' .. mode, function()
      for at = 1, #bytes - 8, 3 do
        for _, word in ipairs {'\255\255\255\127', '\255\255\255\255', '999999999'} do
          read(bytes:sub(1, at - 1) .. word .. bytes:sub(at + #word))
        end
      end
    end)
  end

  it('keeps its NaN from being taken for something else', function()
    local bytes = torch.serialize({1.5})
    local at = bytes:find(string.char(0, 0, 0, 0, 0, 0, 0xf8, 0x3f), 1, true)
    for _, high in ipairs {'\248\255', '\255\255', '\250\255'} do
      for _ = 1, 200 do
        local value = torch.deserialize(bytes:sub(1, at - 1) .. '\1\2\3\4\5\6' .. high .. bytes:sub(at + 8))[1]
        assert.equal('number', type(value))
        assert.is_true(value ~= value)
      end
    end
  end)

  it('with a key that is NaN is refused, in loops that are compiled too', function()
    local function int(value) return string.char(value % 256, math.floor(value / 256), 0, 0) end
    local function number(bytes) return int(1) .. ('\0'):rep(8 - #bytes) .. bytes end
    local pieces = {int(3), int(1), int(301)} -- a table, the first object, of so many pairs
    for i = 1, 300 do pieces[i + 3] = number(string.char(i % 256, math.floor(i / 256), 1, 64)) .. number '\240\63' end
    local text = table.concat(pieces) .. number '\248\127' .. number '\240\63'
    for _ = 1, 50 do assert.error_matches(function() torch.deserialize(text) end, 'nan as a key of a table') end
  end)

  local function allowed(name)
    torch.allowfunctions(true)
    local ok, loaded = pcall(torch.load, name)
    torch.allowfunctions(false)
    return assert(ok and loaded, loaded)
  end

  it('with functions in a file is read without them, unless they are asked for', function()
    local name, seven = os.tmpname(), 7
    local function f() return seven end
    torch.save(name, {f = f, again = f, g = function() return f() + 1 end, x = 3})
    local loaded = torch.load(name)
    assert.equal(3, loaded.x)
    assert.equal(loaded.f, loaded.again)
    helper.fails('torch.allowfunctions', loaded.f)
    helper.fails(name, loaded.g)
    torch.save(name, loaded)
    assert.equal(8, allowed(name).g())
    os.remove(name)
  end)

  it('with functions of another Lua is read without them', function()
    local name = os.tmpname()
    torch.save(name, {f = function() return 7 end, x = 3})
    local file = io.open(name, 'rb')
    local text = file:read('*a'):gsub('\27LJ.', '\27LJ\1')
    file:close()
    file = io.open(name, 'wb')
    file:write(text)
    file:close()
    local loaded = allowed(name)
    assert.equal(3, loaded.x)
    helper.fails('another Lua', loaded.f)
    os.remove(name)
  end)
end)
