-- Functions in .t7 files: stand-ins for those that are not read, written again, and lists of upvalues of every age.
require 'torch'
local helper = require 'helper'

local name
before_each(function() name = os.tmpname() end)
after_each(function()
  torch.allowfunctions(false)
  os.remove(name)
end)

-- What the file holds, with its functions read or not.
local function load(allowed)
  torch.allowfunctions(allowed)
  return torch.load(name)
end

-- A counter: two functions that share a variable.
local function counter(count)
  return {step = function() count = count + 1 end, get = function() return count end}
end

describe('a stand-in', function()
  it('written again shares its variables as before', function()
    torch.save(name, counter(5))
    torch.save(name, load(false))
    local again = load(true)
    again.step()
    assert.equal(6, again.get())
  end)

  it('shares none with those of another file, or with functions', function()
    local list = {counter(1)}
    for i = 2, 3 do
      torch.save(name, counter(10 ^ i))
      list[i] = load(false)
    end
    torch.save(name, list)
    local again = load(true)
    again[1].step()
    again[2].step()
    assert.same({2, 101, 1000}, {again[1].get(), again[2].get(), again[3].get()})
  end)

  it('of bytes in memory says so', function()
    local bytes = torch.serialize(function() return 7 end):gsub('\27LJ.', '\27LJ\1')
    helper.fails('this function of a torch.MemoryFile was not read: it was compiled by another Lua',
      torch.deserialize(bytes))
  end)
end)

local function int(value) return string.char(value, 0, 0, 0) end

-- A function of three upvalues, and lists of their values: all, and with a hole.
local a, b, c = 1, 2, 3
local function f() return a, b, c end
local code = int(#string.dump(f)) .. string.dump(f)
local heads = {[6] = int(6) .. code, [7] = int(7) .. int(1) .. code, [8] = int(8) .. int(1) .. code}

-- A table as the object of index 9.
local function table_of(pairs_of)
  local bytes = {int(3) .. int(9) .. int(#pairs_of)}
  for i, pair in ipairs(pairs_of) do bytes[i + 1] = torch.serialize(pair[1]) .. torch.serialize(pair[2]) end
  return table.concat(bytes)
end

local whole, holed = table_of {{1, 4}, {2, 5}, {3, 6}}, table_of {{1, 4}, {3, 6}}

describe('a function that lists its upvalues\' values alone', function()
  for kind = 6, 7 do
    local function written(list)
      helper.write(name, heads[kind] .. list)
      return name
    end

    it('is read, also with a hole in the list, of type ' .. kind, function()
      written(whole)
      assert.same({4, 5, 6}, {load(true)()})
      written(holed)
      assert.same({4, nil, 6}, {load(true)()})
    end)

    it('keeps its upvalues as a stand-in, of type ' .. kind, function()
      for _, list in ipairs {whole, holed} do
        written(list)
        local stand_in = load(false)
        helper.fails('torch.allowfunctions', stand_in)
        torch.save(name, stand_in)
        assert.same({4, list == whole and 5 or nil, 6}, {load(true)()})
      end
    end)
  end
end)

describe('a list of upvalues', function()
  it('may be longer or shorter than the function needs, and have holes', function()
    local entries = {}
    for i = 1, 5 do if i ~= 2 then entries[i] = {value = i * 10} end end
    local function read(list)
      helper.write(name, heads[8] .. torch.serialize(list):gsub('^(....)....', '%1' .. int(9):gsub('%z', '%%z')))
      return {load(true)()}
    end
    assert.same({10, nil, 30}, read(entries))
    assert.same({10, nil, nil}, read {{value = 10}})
  end)

  it('must be there', function()
    helper.write(name, heads[8] .. torch.serialize(5))
    for _, allowed in ipairs {true, false} do helper.fails('without its list of upvalues', load, allowed) end
  end)

  it('does no harm with ids that are no numbers', function()
    for _, id in ipairs {0 / 0, true, {}} do
      local bytes = torch.serialize {{id = id, value = 4}, {id = id, value = 5}}
      helper.write(name, heads[8] .. bytes:gsub('^(....)....', '%1' .. int(9):gsub('%z', '%%z')))
      torch.save(name, load(false))
      assert.same({4, 5}, {load(true)()})
    end
  end)
end)
