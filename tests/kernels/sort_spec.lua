-- pen_sort_rows against table.sort: all types, directions, layouts, ties, NaN, and Torch's recorded results.
local helper = require 'helper'
local view = require 'view'

local number = helper.numbers(5)
local ranges = {
  byte = {0, 256}, char = {-128, 128}, short = {-32768, 32768}, int = {-2 ^ 31, 2 ^ 31}, long = {-2 ^ 52, 2 ^ 52},
  float = {-1e3, 1e3}, double = {-1e200, 1e200},
}

-- Places (1-based) of the list in stable order, NaN last.
local function sorted_places(list, descending)
  local places = {}
  for i = 1, #list do places[i] = i end
  table.sort(places, function(i, j)
    local a, b = list[i], list[j]
    if a ~= a or b ~= b then
      if (a ~= a) ~= (b ~= b) then return b ~= b end
      return i < j
    end
    if a == b then return i < j end
    if descending then return a > b end
    return a < b
  end)
  return places
end

local function check(backend, kind, sizes, a, descending)
  local values, order = view.new(backend, kind, sizes), view.new(backend, 'long', sizes)
  view.call(backend, 'sort_rows', values, order, a, descending and 1 or 0)
  local n = sizes[#sizes]
  for row = 0, a.n / n - 1 do
    local list = {}
    for i = 1, n do list[i] = a:get(row * n + i - 1) end
    for i, place in ipairs(sorted_places(list, descending)) do
      local at = row * n + i - 1
      assert.equal(place, order:get(at))
      local value = values:get(at)
      assert(value == list[place] or value ~= value and list[place] ~= list[place], 'wrong value')
    end
  end
end

-- Numbers of the whole range in even rows, few different ones (many ties) in odd rows.
local function sample(kind, n)
  local low, high = ranges[kind][1], ranges[kind][2]
  local integer = kind ~= 'float' and kind ~= 'double'
  return function(i)
    local value = math.floor(i / n) % 2 == 0 and number(low, high) or math.floor(number(0, 4)) * high / 8
    return integer and math.floor(value) or value
  end
end

helper.each_backend(function(backend)
  describe('sort_rows on ' .. backend.name, function()
    for _, kind in ipairs(view.types) do
      it('sorts ' .. kind .. ', short rows and long, both ways', function()
        for case, n in ipairs {1, 2, 48, 49, 3000} do
          local a = view.new(backend, kind, {2, 2, n}, sample(kind, n), case % 2 == 0)
          check(backend, kind, {2, 2, n}, a, false)
          check(backend, kind, {2, 2, n}, a, true)
        end
      end)
    end

    it('puts NaN last, keeps -0 and +0 in their order, and sorts infinities', function()
      for _, kind in ipairs {'float', 'double'} do
        for _, n in ipairs {12, 120} do
          local special = {0 / 0, -0.0, 0.0, 1 / 0, -1 / 0, 1, -(0 / 0), 0.0, -0.0, 0 / 0, -1, 1e-45}
          local a = view.new(backend, kind, {n}, function(i) return special[i % 12 + 1] end)
          check(backend, kind, {n}, a, false)
          check(backend, kind, {n}, a, true)
        end
      end
    end)

    it('tells 64-bit numbers apart that are equal as doubles', function()
      local a = view.new(backend, 'long', {60}, function(i) return 9007199254740992LL + (59 - i) end)
      local values, order = view.new(backend, 'long', {60}), view.new(backend, 'long', {60})
      view.call(backend, 'sort_rows', values, order, a, 0)
      for i = 0, 59 do assert.equal(60 - i, order:get(i)) end
    end)

    it('refuses views that do not fit', function()
      local a, short = view.new(backend, 'float', {4}), view.new(backend, 'float', {3})
      local values, order = view.new(backend, 'float', {4}), view.new(backend, 'long', {4})
      local gaps = view.new(backend, 'float', {4}, 0, true)
      assert.error_matches(function() view.call(backend, 'sort_rows', short, order, a, 0) end, 'differ in shape')
      assert.error_matches(function() view.call(backend, 'sort_rows', values, values, a, 0) end, 'expected long')
      assert.error_matches(function() view.call(backend, 'sort_rows', gaps, order, a, 0) end, 'contiguous')
      assert.error_matches(function() view.call(backend, 'sort_rows', a, order, a, 0) end, 'share a storage')
    end)

    it('agrees with values recorded from Torch', function()
      if not helper.have_shared() then return pending('golden data is absent') end
      for _, name in ipairs {'sort_ties', 'sort2'} do
        local a = view.golden(backend, 'float', 'prim/' .. name .. '_in.npy')
        local shape = helper.npy(helper.shared .. '/golden/prim/' .. name .. '_in.npy').shape
        local expected = view.golden(backend, 'float', 'prim/' .. name .. '_val.npy')
        local places = view.golden(backend, 'long', 'prim/' .. name .. '_idx.npy')
        local values, order = view.new(backend, 'float', shape), view.new(backend, 'long', shape)
        view.call(backend, 'sort_rows', values, order, a, 0)
        assert.same(expected:list(), values:list())
        local n = shape[#shape]
        for i = 0, a.n - 1 do
          local function tied(j) return math.floor(j / n) == math.floor(i / n) and values:get(j) == values:get(i) end
          local alone = not (i > 0 and tied(i - 1)) and not (i + 1 < a.n and tied(i + 1))
          if alone then assert.equal(places:get(i), order:get(i)) end
        end
      end
    end)
  end)
end)
