-- Slices put and added by a list, against plain loops in double; masks' elements and indices, of views and of many.
require 'torch'
local helper = require 'helper'

local number = helper.numbers(31)
local function whole(low, high) return math.floor(number(low, high)) end

-- Small whole numbers, so that sums are exact in every type, in a view that is not contiguous if asked.
local function sample(prefix, sizes, view)
  local t = torch.DoubleTensor(unpack(sizes)):apply(function() return whole(0, 9) end)
  t = t:type('torch.' .. prefix .. 'Tensor')
  if not view then return t end
  local large = t:clone():repeatTensor(1, 2, 1):transpose(1, 3)
  return large:narrow(2, 2, sizes[2]):transpose(1, 3):copy(t)
end

describe('lists of slices', function()
  for _, prefix in ipairs {'Byte', 'Char', 'Short', 'Int', 'Long', 'Float', 'Double', 'Cuda'} do
    for _, view in ipairs {false, true} do
      it(('are picked, put and added in %s%s'):format(prefix, view and ', of views' or ''), function()
        for dim = 1, 3 do
          local sizes = {4, 5, 6}
          local t, n = sample(prefix, sizes, view), 11
          local list = torch.LongTensor(n):apply(function() return whole(1, sizes[dim] + 1) end)
          sizes[dim] = n
          local source = sample(prefix, sizes, view)
          local function copy() return torch.DoubleTensor(t:size()):copy(t) end
          local put, sum, filled = copy(), copy(), copy()
          for i = 1, n do
            put:select(dim, list[i]):copy(source:select(dim, i):double())
            sum:select(dim, list[i]):add(source:select(dim, i):double())
            filled:select(dim, list[i]):fill(3)
          end
          local picked = t:index(dim, list):double()
          for i = 1, n do
            assert.same(t:select(dim, list[i]):double():totable(), picked:select(dim, i):totable())
          end
          assert.same(put:totable(), t:clone():indexCopy(dim, list, source):double():totable())
          assert.same(sum:totable(), t:clone():indexAdd(dim, list, source):double():totable())
          assert.same(filled:totable(), t:clone():indexFill(dim, list, 3):double():totable())
          t:indexAdd(dim, list, source) -- in place, also of a view
          assert.same(sum:totable(), t:double():totable())
        end
      end)
    end
  end

  it('add in the order of the list, rounding as it goes', function()
    local t = torch.FloatTensor {0}
    t:indexAdd(1, torch.LongTensor {1, 1, 1}, torch.FloatTensor {1e8, 1, -1e8})
    assert.equal(0, t[1])
  end)

  it('may be long, and slices wide', function()
    local t, list = torch.zeros(3, 5000), torch.LongTensor(4000):fill(2)
    t:narrow(2, 1, 2):indexAdd(1, list, torch.ones(4000, 2))
    t:indexAdd(1, torch.LongTensor {3, 3}, torch.ones(2, 5000))
    assert.same({0, 8000, 10000}, t:sum(2):view(-1):totable())
  end)

  it('refuse what does not fit', function()
    local t = torch.zeros(3, 4)
    helper.fails('2 indices are outside 1..3', t.indexAdd, t, 1, torch.LongTensor {0, 4}, torch.ones(2, 4))
    helper.fails('1 indices are outside 1..3', t.indexCopy, t, 1, torch.LongTensor {4}, torch.ones(1, 4))
    helper.fails('2x3', t.indexCopy, t, 1, torch.LongTensor {1, 2}, torch.ones(2, 3))
    helper.fails('3x4', t.indexAdd, t, 1, torch.LongTensor {1, 2}, torch.ones(2, 3))
    helper.fails('LongTensor', t.index, t, 1, {1, 2})
    assert.equal(0, t:abs():max())
  end)
end)

describe('a mask', function()
  for _, view in ipairs {false, true} do
    it('selects, puts and names the places of its ones' .. (view and ', in views' or ''), function()
      for _, sizes in ipairs {{3, 4, 5}, {7, 30, 11}, {1, 3000, 1}} do
        local t = sample('Float', sizes, view)
        local mask = t:gt(4)
        if view then mask = mask:transpose(1, 2):contiguous():transpose(1, 2) end
        local picked, places, want = t:maskedSelect(mask), mask:nonzero(), {}
        local put, source = t:clone(), torch.range(1, mask:sum()):float()
        put:maskedCopy(mask, source)
        for i = 1, sizes[1] do
          for j = 1, sizes[2] do
            for k = 1, sizes[3] do
              local one = t[i][j][k] > 4
              if one then
                want[#want + 1] = t[i][j][k]
                assert.same({i, j, k}, places[#want]:totable())
              end
              assert.equal(one and #want or t[i][j][k], put[i][j][k])
            end
          end
        end
        assert.same(want, picked:totable())
      end
    end)
  end
end)
