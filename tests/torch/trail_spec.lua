-- Messages about .t7 files that cannot be read or written: they name the file, the byte and the way to the object.
require 'torch'
require 'nn'
local files = require 'pen.file'
local helper = require 'helper'

local name
before_each(function() name = os.tmpname() end)
after_each(function() os.remove(name) end)

-- The error of torch.load for a file of these bytes, without the file's name.
local function refused(bytes, format)
  helper.write(name, bytes)
  local ok, problem = pcall(torch.load, name, format)
  assert.is_false(ok)
  assert.equal(name, problem:sub(1, #name))
  return problem:sub(#name + 1)
end

describe('torch.load of a damaged file', function()
  for _, format in ipairs {'binary', 'ascii'} do
    it('names the byte and the way, ' .. format, function()
      local bytes = torch.serialize({first = {1, {weight = torch.range(1, 50)}}}, format)
      local cut = #bytes - 9
      local problem = refused(bytes:sub(1, cut), format)
      local at = tonumber(problem:match('^: at byte (%d+), in first%[2%]%.weight: read error'))
      assert.truthy(at, problem)
      assert.is_true(at <= cut and at > cut - 402)
    end)
  end

  it('names the byte of what is no object', function()
    local bytes = torch.serialize {['a key'] = {true, 5}}
    local at = bytes:find(torch.serialize(5), 1, true)
    local problem = refused(bytes:sub(1, at - 1) .. '\99\0\0\0' .. bytes:sub(at + 4))
    local what = ': unknown object of type 99: is this a .t7 file, and binary?'
    assert.equal((': at byte %d, in ["a key"][2]'):format(at) .. what, problem)
    assert.equal(': at byte 1' .. what, refused('\99\0\0\0'))
  end)

  it('names the way to a class that is not there', function()
    local bytes = torch.serialize {net = nn.Sequential():add(nn.Tanh())}
    assert.truthy(refused((bytes:gsub('nn.Tanh', 'nn.TanX'))):find('in net[1]: unknown Torch class <nn.TanX>', 1, true))
  end)

  it('shows of a long way the ends', function()
    local object = {}
    for i = 1, 100 do object = {['k' .. i] = object} end
    local problem = refused(torch.serialize(object):sub(1, -6))
    assert.truthy(problem:find('in k100.k99.k98.k97.k96.k95.k94.k93 ... .k8.k7.k6.k5.k4.k3.k2.k1: ', 1, true), problem)
  end)

  it('never shows lines of the reader', function()
    local bytes = torch.serialize {nn.Linear(2, 2), torch.ByteStorage {1}, {x = 'y', [2] = true}}
    local number = helper.numbers(3)
    for _ = 1, 500 do
      local at = math.floor(number(1, #bytes + 1))
      local text = bytes:sub(1, at - 1) .. string.char(math.floor(number(0, 10))) .. bytes:sub(at + 1)
      local ok, problem = pcall(torch.deserialize, text)
      assert.is_true(ok or not problem:find('%.lua:%d'), problem)
    end
  end)
end)

describe('what cannot be written', function()
  local thread = coroutine.create(function() end)

  -- Fails unless torch.save raises this at the line of its caller, and leaves the file as it was.
  local function refuses(problem, object)
    helper.write(name, 'before')
    local line = debug.getinfo(1, 'l').currentline + 1
    local ok, got = pcall(function() torch.save(name, object) end)
    assert.is_false(ok)
    assert.equal(('trail_spec.lua:%d: %s: %s'):format(line, name, problem), got:match('trail_spec.*'))
    assert.equal('before', files.read(name))
  end

  it('is named with the way to it', function()
    refuses('Unwritable object <thread>', thread)
    refuses('in a[1].b: Unwritable object <thread>', {a = {{b = thread}}})
    refuses('in [true]["x y"]: Unwritable object <function>: it is one of C', {[true] = {['x y'] = math.floor}})
    refuses('in [1]: Unwritable object <cdata>', {require('ffi').new('int[3]')})
    refuses('in file: Unwritable object <userdata>', {file = io.stdout})
    refuses('in callback, upvalue thread: Unwritable object <thread>', {callback = function() return thread end})
    local net = nn.Sequential():add(nn.Tanh())
    net:get(1).hook = thread
    refuses('in net[1].hook: Unwritable object <thread>', {net = net})
  end)

  it('blames the caller of serialize and writeObject', function()
    for _, write in ipairs {
      function(x) local _ = torch.serialize(x) end, function(x) local _ = torch.serializeToStorage(x) end,
      function(x) torch.MemoryFile():writeObject(x) end,
    } do
      local _, problem = pcall(write, {x = thread})
      local line = debug.getinfo(write, 'S').linedefined
      local place = ('trail_spec.lua:%d: torch.MemoryFile: in x: Unwritable'):format(line)
      assert.truthy(problem:find(place, 1, true), problem)
    end
  end)
end)
