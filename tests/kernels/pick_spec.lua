-- pen_pick_rows against pen_sort_rows, whose part it computes: all types, both ways, layouts, ties, NaN.
local pen = require 'pen.ffi'
local helper = require 'helper'
local view = require 'view'

local backend = pen.cpu -- the function is for the host

local function sorted(kind, sizes, a, descending)
  local values, order = view.new(backend, kind, sizes), view.new(backend, 'long', sizes)
  view.call(backend, 'sort_rows', values, order, a, descending)
  return values, order
end

-- The same number, or both NaN.
local function same(x, y) return x == y or x ~= x and y ~= y end

local function check(kind, rows, n, a, first, count, descending)
  local values, order = view.new(backend, kind, {rows, count}), view.new(backend, 'long', {rows, count})
  view.call(backend, 'pick_rows', values, order, a, first, descending)
  local all_values, all_order = sorted(kind, {rows, n}, a, descending)
  for row = 0, rows - 1 do
    for i = 0, count - 1 do
      assert.equal(all_order:get(row * n + first + i), order:get(row * count + i))
      assert(same(all_values:get(row * n + first + i), values:get(row * count + i)), 'wrong value')
    end
  end
end

-- First rows of different numbers, then rows of few, some of them NaN where the type has it.
local function sample(kind, n)
  local number, real = helper.numbers(9), kind == 'float' or kind == 'double'
  return function(i)
    local row = math.floor(i / n)
    if row == 2 and real and i % 7 == 0 then return 0 / 0 end
    if row == 3 then return 5 end
    local x = row == 0 and number(-100, 100) or number(0, 4)
    return row == 0 and real and x or math.floor(kind == 'byte' and math.abs(x) or x)
  end
end

describe('pick_rows', function()
  for _, kind in ipairs(view.types) do
    it('gives the part of a sorted row of ' .. kind, function()
      for case, n in ipairs {1, 24, 25, 300, 3000} do
        local a = view.new(backend, kind, {4, n}, sample(kind, n), case % 2 == 0)
        for _, first in ipairs {0, math.floor(n / 2), n - 1} do
          for _, count in ipairs {1, 2, 40} do
            for descending = 0, 1 do
              if first + count <= n then check(kind, 4, n, a, first, count, descending) end
            end
          end
        end
      end
    end)
  end

  it('tells numbers apart that differ in the last of 64 bits', function()
    local a = view.new(backend, 'long', {1, 400}, function(i) return 9007199254740992LL + (399 - i) end)
    check('long', 1, 400, a, 200, 3, 0)
  end)

  it('refuses ranks that rows do not have, and views that do not fit', function()
    local a, values = view.new(backend, 'float', {2, 9}), view.new(backend, 'float', {2, 3})
    local order, short = view.new(backend, 'long', {2, 3}), view.new(backend, 'long', {2, 2})
    local function call(...) view.call(backend, 'pick_rows', ...) end
    assert.error_matches(function() call(values, order, a, 7, 0) end, 'no ranks 7 to 9 in rows of 9')
    assert.error_matches(function() call(values, order, a, -1, 0) end, 'no ranks')
    assert.error_matches(function() call(values, short, a, 0, 0) end, 'shape')
    assert.error_matches(function() call(a, view.new(backend, 'long', {2, 9}), a, 0, 0) end, 'share a storage')
  end)
end)

describe('what picks', function()
  it('agrees with a full sort along any dimension', function()
    require 'torch'
    local t = torch.randn(40, 3, 50)
    for dim = 1, 3, 2 do
      local values, order = t:sort(dim)
      local n = t:size(dim)
      local function same_part(first, count, got, at)
        assert.is_true(values:narrow(dim, first, count):equal(got))
        assert.is_true(order:narrow(dim, first, count):equal(at))
        assert.is_true(got:isContiguous() and at:isContiguous())
      end
      same_part(1, 4, t:topk(4, dim))
      same_part(7, 1, t:kthvalue(7, dim))
      same_part(n / 2, 1, t:median(dim))
      same_part(1, n, t:topk(n, dim))
      assert.has_error(function() t:kthvalue(n + 1, dim) end)
      assert.has_error(function() t:kthvalue(0, dim) end)
    end
  end)
end)
