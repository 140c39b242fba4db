-- Gather and scatter against plain loops, on strided views, and what they refuse.
require 'torch'
local helper = require 'helper'

local function sample(prefix, transposed)
  local t, number = torch[prefix .. 'Tensor'](3, 4, 5), helper.numbers(23)
  t:apply(function() return math.floor(number(0, 100)) end)
  return transposed and t:transpose(1, 3) or t
end

-- An index of along places along dim, a permutation's beginning in each line.
local function places(t, dim, along)
  local sizes = t:size():totable()
  local limit = sizes[dim]
  sizes[dim] = along
  local index = torch.LongTensor(unpack(sizes))
  local lines = index:transpose(dim, index:dim())
  for i = 1, lines:size(1) do
    for j = 1, lines:size(2) do
      for k = 1, along do lines[i][j][k] = (i + 2 * j + k) % limit + 1 end
    end
  end
  return index
end

local function each(t, body)
  for i = 1, t:size(1) do
    for j = 1, t:size(2) do
      for k = 1, t:size(3) do body({i, j, k}) end
    end
  end
end

describe('gather and scatter', function()
  for _, prefix in ipairs {'Byte', 'Long', 'Float', 'Double'} do
    for _, transposed in ipairs {false, true} do
      it(('pick and put back along each dimension of %s%s'):format(prefix, transposed and ', transposed' or ''),
        function()
          for dim = 1, 3 do
            local t = sample(prefix, transposed)
            local index = places(t, dim, 2)
            local picked, back = t:gather(dim, index), t:clone():zero()
            back:scatter(dim, index, picked)
            local touched = t:clone():zero():scatter(dim, index, 1)
            each(index, function(at)
              local from = {unpack(at)}
              from[dim] = index[at]
              assert.equal(t[from], picked[at])
              assert.equal(t[from], back[from])
            end)
            assert.equal(index:nElement(), touched:sum())
          end
        end)
    end
  end

  it('write into a result that is given', function()
    local r = torch.FloatTensor()
    assert.equal(r, torch.gather(r, torch.FloatTensor {5, 6, 7}, 1, torch.LongTensor {3, 1}))
    assert.same({7, 5}, r:totable())
  end)

  it('refuse indices and shapes that do not fit', function()
    local t = torch.FloatTensor(3, 4):zero()
    assert.error_matches(function() t:gather(1, torch.LongTensor(1, 4):fill(4)) end, '4 indices are outside 1..3')
    assert.error_matches(function() t:gather(1, torch.LongTensor(1, 4):zero()) end, 'outside 1..3')
    assert.error_matches(function() t:gather(1, torch.LongTensor(1, 3):fill(1)) end, 'do not fit')
    assert.error_matches(function() t:scatter(2, torch.LongTensor(3, 1):fill(1), torch.FloatTensor(2, 1)) end, 'fit')
  end)
end)
