-- What follows from sorting, and counting, against plain Lua; on the host and on the device that there is.
require 'torch'
local helper = require 'helper'

-- Numbers with many repetitions, of any type.
local function sample(class, ...)
  local t, number = torch.DoubleTensor(...), helper.numbers(11)
  t:apply(function() return math.floor(number(0, 6)) end)
  return t:type(class)
end

local classes = {'torch.DoubleTensor', 'torch.FloatTensor', 'torch.IntTensor', 'torch.ByteTensor', 'torch.CudaTensor'}

-- The rows of t along dim, as lists, with what the function says of each; put(list) -> number.
local function each_line(t, dim, visit)
  local lines = t:transpose(dim, t:dim()):double():contiguous()
  local flat = lines:view(-1, lines:size(lines:dim()))
  for i = 1, flat:size(1) do visit(i, flat[i]:totable()) end
end

local function flat(t, dim) return t:transpose(dim, t:dim()):double():contiguous():view(-1):totable() end

describe('order', function()
  it('finds the k-th, the lower median, the k smallest and largest along any dimension', function()
    for _, class in ipairs(classes) do
      local t = sample(class, 4, 5, 6)
      for dim = 1, 3 do
        local n = t:size(dim)
        local kth, at = torch.kthvalue(t, 3, dim)
        local median = torch.median(t, dim)
        local top, top_at = t:topk(2, dim, true)
        local least = torch.topk(t, 2, dim)
        local gathered = t:double():gather(dim, top_at:long())
        assert.are.same(top:double():totable(), gathered:totable())
        each_line(t, dim, function(i, list)
          assert.are.equal(flat(kth, dim)[i], (function() table.sort(list) return list[3] end)())
          assert.are.equal(list[math.floor((n + 1) / 2)], flat(median, dim)[i])
          assert.are.same({list[n], list[n - 1]}, {flat(top, dim)[2 * i - 1], flat(top, dim)[2 * i]})
          assert.are.same({list[1], list[2]}, {flat(least, dim)[2 * i - 1], flat(least, dim)[2 * i]})
        end)
        assert.are.same(kth:double():totable(), t:double():gather(dim, at:long()):totable())
      end
    end
  end)

  it('finds the most frequent value, the smallest of several, where it stands last', function()
    for _, class in ipairs(classes) do
      local t = sample(class, 7, 9)
      for dim = 1, 2 do
        local value, at = torch.mode(t, dim)
        each_line(t, dim, function(i, list)
          local count, best = {}, nil
          for _, x in ipairs(list) do count[x] = (count[x] or 0) + 1 end
          for x, n in pairs(count) do
            if not best or n > count[best] or (n == count[best] and x < best) then best = x end
          end
          local last
          for j, x in ipairs(list) do last = x == best and j or last end
          assert.are.same({best, last}, {flat(value, dim)[i], flat(at, dim)[i]})
        end)
      end
    end
  end)

  it('writes into results that are given', function()
    local t, value, at = torch.Tensor {{3, 1, 2}}, torch.Tensor(5, 5), torch.LongTensor()
    for _, name in ipairs {'sort', 'median', 'mode', 'max', 'min'} do
      local given = {torch[name](value, at, t, 2)}
      local new = {t[name](t, 2)}
      assert.are.equal(value, given[1])
      assert.are.equal(at, given[2])
      assert.are.same({new[1]:totable(), new[2]:totable()}, {value:totable(), at:totable()})
    end
    for _, name in ipairs {'sort', 'median', 'mode', 'max', 'min'} do -- of the two, the values alone
      local given = {torch[name](value, t, 2)}
      assert.equal(value, given[1])
      local new = {t[name](t, 2)}
      assert.same({new[1]:totable(), new[2]:totable()}, {value:totable(), given[2]:totable()})
    end
    assert.are.same({{2}}, torch.kthvalue(value, at, t, 2):totable())
    assert.same({{2}}, value:kthvalue(t, 2):totable())
    assert.are.same({{1, 2}}, torch.topk(value, at, t, 2):totable())
    assert.are.same({{3, 2, 1}}, torch.sort(value, at, t, true):totable())
  end)
end)

describe('histc', function()
  it('counts in bins, the upper end in the last one', function()
    for _, class in ipairs(classes) do
      local t = torch.Tensor({2, 4, 2, 2, 5, 4, 9}):type(class)
      assert.are.same({0, 3, 0, 2, 1}, t:histc(5, 1, 5):double():totable())
      assert.are.same({5, 1, 1}, torch.histc(t, 3):double():totable())
      assert.are.same({0, 7}, torch.histc(t.new(), t:clone():fill(3), 2):double():totable())
      local rows = torch.Tensor({{2, 4, 2}, {3, 5, 1}}):type(class):t():contiguous():t()
      assert.are.same({{0, 2, 0, 1, 0}, {1, 0, 1, 0, 1}}, rows:bhistc(5, 1, 5):double():totable())
    end
    assert.are.equal(100, torch.rand(1000):histc():nElement())
    assert.are.equal(2, torch.Tensor({0 / 0, 1, 2}):histc(4, 0, 4):sum())
    assert.has_error(function() torch.rand(3):bhistc() end)
  end)
end)
