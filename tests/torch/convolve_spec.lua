-- torch.conv2, conv3, xcorr2 and xcorr3 against the sums that define them.
require 'torch'
local helper = require 'helper'

local function numbers(class, seed, ...)
  local t, number = torch.DoubleTensor(...), helper.numbers(seed)
  return t:apply(function() return number(-1, 1) end):type(class)
end

-- The definition, for three dimensions; a missing one has size 1.
local function plain(x, k, full, flip)
  local n, m, out = x:size():totable(), k:size():totable(), {}
  for d = 1, 3 do out[d] = full and n[d] + m[d] - 1 or n[d] - m[d] + 1 end
  local r = torch.zeros(unpack(out))
  local function at(d, o, i) return full and o + i - m[d] or o + i - 1 end
  local function turned(d, i) return flip and m[d] + 1 - i or i end
  for o1 = 1, out[1] do for o2 = 1, out[2] do for o3 = 1, out[3] do
    local sum = 0
    for i1 = 1, m[1] do for i2 = 1, m[2] do for i3 = 1, m[3] do
      local x1, x2, x3 = at(1, o1, i1), at(2, o2, i2), at(3, o3, i3)
      if x1 >= 1 and x1 <= n[1] and x2 >= 1 and x2 <= n[2] and x3 >= 1 and x3 <= n[3] then
        sum = sum + x[x1][x2][x3] * k[turned(1, i1)][turned(2, i2)][turned(3, i3)]
      end
    end end end
    r[o1][o2][o3] = sum
  end end end
  return r
end

local function near(expected, got, tolerance)
  assert.are.same(expected:size():totable(), got:size():totable())
  helper.near(expected:contiguous():view(-1):totable(), got:double():contiguous():view(-1):totable(), tolerance)
end

for class, tolerance in pairs {['torch.DoubleTensor'] = 1e-13, ['torch.FloatTensor'] = 1e-5,
  ['torch.CudaTensor'] = 1e-5} do
  describe('convolution of ' .. class, function()
    local x, k = numbers(class, 1, 4, 6, 5), numbers(class, 2, 2, 3, 2):transpose(2, 3):contiguous():transpose(2, 3)

    it('is the sum that defines it, valid and full', function()
      for full, mode in pairs {[false] = 'V', [true] = 'F'} do
        for name, flip in pairs {conv = true, xcorr = false} do
          near(plain(x:double(), k:double(), full, flip), torch[name .. 3](x, k, mode), tolerance)
          local x2, k2 = x[1], k[1]
          local flat = plain(x2:double():view(1, 6, 5), k2:double():contiguous():view(1, 3, 2), full, flip)[1]
          near(flat, torch[name .. 2](x2, k2, mode), tolerance)
        end
      end
      near(torch.conv2(x[1], k[1]):double(), torch.conv2(x[1], k[1], 'V'), 0)
    end)

    it('goes plane by plane, or sums over planes', function()
      local planes = torch.conv2(x:narrow(1, 1, 2), k)
      for i = 1, 2 do near(torch.conv2(x[i], k[i]):double(), planes[i], tolerance) end
      local rows = numbers(class, 3, 3, 2, 3, 2)
      local sums = torch.xcorr2(x:narrow(1, 1, 2), rows, 'F')
      for i = 1, 3 do
        near((torch.xcorr2(x[1], rows[i][1], 'F') + torch.xcorr2(x[2], rows[i][2], 'F')):double(), sums[i], tolerance)
      end
      local r = x.new()
      assert.are.equal(r, torch.conv2(r, x[1], k[1]))
      assert.has_error(function() torch.conv2(x[1], numbers(class, 1, 7, 7)) end)
      assert.has_error(function() torch.conv2(x[1], k[1], 'X') end)
      assert.has_error(function() torch.conv2(x[1], k) end)
    end)
  end)
end

describe('convolution of whole numbers', function()
  it('gives those of its type', function()
    assert.same({{88, 174}}, torch.conv2(torch.ByteTensor {{20, 20, 3}}, torch.ByteTensor {{10, 20}}):totable())
    local full = torch.xcorr2(torch.LongTensor {{1, -2}}, torch.LongTensor {{3, 4}}, 'F')
    assert.same({'torch.LongTensor', {{4, -5, -6}}}, {full:type(), full:totable()})
    assert.has_error(function() torch.conv2(torch.LongTensor(2, 2), torch.IntTensor(2, 2)) end)
  end)
end)
