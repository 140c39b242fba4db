-- include, torch.include, torch.packageLuaPath.
local helper = require 'helper'
local shell = require 'shell'
require 'torch'

describe('packages of several files', function()
  local folder, old
  setup(function()
    folder, old = shell.folder(), package.path
    package.path = folder .. '/?/init.lua;' .. package.path
    shell.run(('mkdir -p %s/several/part'):format(folder))
    helper.write(folder .. '/several/init.lua', "_G.included = {}\ninclude 'a.lua'\ninclude('part/b.lua')")
    helper.write(folder .. '/several/a.lua', "table.insert(included, 'a')")
    helper.write(folder .. '/several/part/b.lua', "table.insert(included, 'b')\ninclude '../a.lua'")
  end)
  teardown(function()
    package.path, _G.included = old, nil
    os.execute('rm -rf ' .. folder)
  end)

  it('are run beside the file that asks', function()
    require 'several'
    assert.same({'a', 'b', 'a'}, _G.included)
  end)

  it('are found from elsewhere', function()
    _G.included = {}
    assert.equal(folder .. '/several', torch.packageLuaPath('several'))
    torch.include('several', 'a.lua')
    assert.same({'a'}, _G.included)
    assert.matches('/lua$', torch.packageLuaPath())
    assert.is_nil(torch.packageLuaPath('nobody'))
    local ok, message = pcall(function() torch.include('nobody', 'a.lua') end)
    assert.same({false, true}, {ok, message:find('include_spec.lua:%d+: torch.include: no package nobody') ~= nil})
  end)
end)
