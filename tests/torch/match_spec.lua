-- torch.match against a plain loop in double.
require 'torch'
local helper = require 'helper'

local function oracle(a, b, k)
  local want = {}
  for i = 1, a:size(1) do
    want[i] = {}
    for j = 1, b:size(1) do
      local sum = 0
      for l = 1, a:size(2) do sum = sum + (a[i][l] - b[j][l]) ^ 2 end
      want[i][j] = k * sum
    end
  end
  return want
end

describe('torch.match', function()
  for _, name in ipairs {'Float', 'Double', 'Int', 'Cuda'} do
    it('gives the squared distances of rows, ' .. name, function()
      torch.manualSeed(4)
      local a = torch.randn(7, 19):mul(5):floor():type('torch.' .. name .. 'Tensor')
      local wide = torch.randn(19, 8):mul(5):floor():type('torch.' .. name .. 'Tensor')
      local b = wide:narrow(2, 3, 5):t()
      local got = torch.match(a, b)
      assert.equal(a:type(), got:type())
      assert.same(oracle(a:double(), b:double(), 1), got:double():totable())
      local r = a.new()
      assert.equal(r, torch.match(r, a, b, 2))
      assert.same(oracle(a:double(), b:double(), 2), r:double():totable())
      assert.same(r:totable(), a.new():match(a, b, 2):totable())
      assert.same(got:totable(), torch.match(a.new():resize(7, 1, 19):copy(a), b):totable())
    end)
  end

  it('refuses rows of two lengths', function()
    helper.fails('2x3 and torch.DoubleTensor 2x4', torch.match, torch.zeros(2, 3), torch.zeros(2, 4))
    helper.fails('match: two tensors', torch.match, torch.zeros(2, 3), 5)
  end)
end)
