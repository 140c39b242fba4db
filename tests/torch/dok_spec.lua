-- dok: arguments by position or name, defaults, and what is said when one is missing.
require 'torch'
local dok = require 'dok'

local function unpacked(...)
  return dok.unpack({...}, 'f', 'does it', {arg = 'a', type = 'number', help = 'first', req = true},
    {arg = 'b', type = 'number', default = 2}, {arg = 'c', defaulta = 'a'}, {arg = 'd', type = 'table'})
end

describe('dok.unpack', function()
  it('takes positions and names', function()
    local values, a, b, c, d = unpacked(1, nil, 3)
    assert.same({1, 2, 3, nil}, {a, b, c, d})
    assert.same({a = 1, b = 2, c = 3}, values)
    assert.same({5, 6, 5, 'x'}, {select(2, unpacked {a = 5, b = 6, d = 'x'})})
  end)

  it('keeps false, lists and objects as values', function()
    assert.equal(false, select(3, unpacked(1, false)))
    local list, tensor = {1, 2}, torch.zeros(1)
    assert.equal(list, select(2, unpacked(list)))
    assert.equal(tensor, select(2, unpacked(tensor)))
  end)

  it('says how to call when an argument is missing', function()
    assert.error_matches(function() unpacked(nil, 2) end,
      'f: does it\nusage:\n  a .* = number .* first\n.*missing argument: a$')
    assert.error_matches(function() dok.error('wrong', 'f') end, 'f: wrong')
    assert.equal('f: does it\nusage:\nor:\nexample: f()', dok.usage('f', 'does it', 'f()', ''))
  end)
end)
