-- Any bits may stand in uninitialised memory. Read into Lua, NaNs must be numbers: LuaJIT takes those with sign and
-- payload for tagged pointers unless they are replaced on the way.
require 'torch'
local ffi = require 'ffi'

local bits = {FloatTensor = {'uint32_t *', 0xffd62f37}, DoubleTensor = {'uint64_t *', 0xfffac5e6e0000000ULL}}

local function hostile(class)
  local t = torch[class](3):fill(1)
  ffi.cast(bits[class][1], t:data())[1] = bits[class][2]
  return t
end

local function is_nan(x)
  assert.equal('number', type(x))
  assert.is_true(x ~= x)
end

describe('a NaN with sign and payload', function()
  for class in pairs(bits) do
    it('is read as a number from a torch.' .. class, function()
      local t = hostile(class)
      is_nan(t[2])
      is_nan(t:storage()[2])
      is_nan(t:totable()[2])
      t:apply(function(x) if x ~= 1 then is_nan(x) end end)
      hostile(class):map(t, function(x, y) if x ~= 1 then is_nan(x) is_nan(y) end end)
      is_nan(torch[class](3).new(3):copy(t):storage()[2])
      for _, name in ipairs {'sum', 'norm', 'mean', 'min', 'max'} do is_nan(t[name](t)) end
      is_nan(t:dot(t))
      collectgarbage()
      assert.equal(1, t[1])
      assert.equal(-1 / 0, torch[class]({-1 / 0})[1])
    end)
  end
end)
