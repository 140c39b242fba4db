-- Brute-force matching against its definition, in double precision, and against recorded correspondences.
local ffi = require 'ffi'
local helper = require 'helper'
local view = require 'view'

local to_float = ffi.new('float[1]')
local function float(x)
  to_float[0] = x
  return to_float[0]
end

-- A feature map as plain numbers: {c, h, w, [c * h * w + y * w + x] = value}.
local function map_of(features)
  local t = features.tensor
  local map = features:list()
  map.c, map.h, map.w = tonumber(t.sizes[0]), tonumber(t.sizes[1]), tonumber(t.sizes[2])
  return map
end

local function inside(map, y, x) return y >= 0 and y < map.h and x >= 0 and x < map.w end

-- The patch's dot product and squared norms at (y1, x1) of a and (y2, x2) of b over the taps inside both.
local function patch_sums(a, b, y1, x1, y2, x2, patch, stride)
  local r, dot, aa, bb = math.floor((patch - 1) / 2), 0, 0, 0
  for dy = -r, r, stride do
    for dx = -r, r, stride do
      if inside(a, y1 + dy, x1 + dx) and inside(b, y2 + dy, x2 + dx) then
        for c = 0, a.c - 1 do
          local u = a[(c * a.h + y1 + dy) * a.w + x1 + dx + 1]
          local v = b[(c * b.h + y2 + dy) * b.w + x2 + dx + 1]
          dot, aa, bb = dot + u * v, aa + u * u, bb + v * v
        end
      end
    end
  end
  return dot, aa, bb
end

local function cosine(a, b, y1, x1, y2, x2, patch, stride)
  local dot, aa, bb = patch_sums(a, b, y1, x1, y2, x2, patch, stride)
  return float(dot / (math.sqrt(aa) * math.sqrt(bb) + 1e-9))
end

local function dot(a, b, y1, x1, y2, x2, patch)
  local r = math.floor((patch - 1) / 2)
  if x2 < r and x1 >= r or y2 < r and y1 >= r then return nil end
  if x2 > b.w - 1 - r and x1 <= a.w - 1 - r or y2 > b.h - 1 - r and y1 <= a.h - 1 - r then return nil end
  return float((patch_sums(a, b, y1, x1, y2, x2, patch, 1)))
end

-- Best (x, y) for each position, as a list like corr.
local function brute_force(score, a, b, patch, stride, mask)
  local corr = {}
  for y1 = 0, a.h - 1 do
    for x1 = 0, a.w - 1 do
      local best, x, y = -1e20, 0, 0
      for q = 0, mask and mask[y1 * a.w + x1 + 1] == 0 and -1 or b.h * b.w - 1 do
        local x2 = q % b.w
        local value = score(a, b, y1, x1, (q - x2) / b.w, x2, patch, stride)
        if value and value > best then best, x, y = value, x2, (q - x2) / b.w end
      end
      corr[#corr + 1], corr[#corr + 2] = x, y
    end
  end
  return corr
end

local function gathered(b, corr)
  local match = {}
  for c = 0, b.c - 1 do
    for i = 1, #corr, 2 do match[#match + 1] = b[(c * b.h + corr[i + 1]) * b.w + corr[i] + 1] end
  end
  return match
end

local sizes = { -- channels, A, B, patch, stride
  {5, {9, 7}, {6, 11}, 3, 1}, {3, {4, 5}, {5, 4}, 5, 1}, {4, {7, 8}, {9, 5}, 1, 1}, {2, {8, 9}, {7, 10}, 5, 2},
  {7, {1, 6}, {3, 3}, 3, 1}, {1, {2, 2}, {70, 3}, 3, 1}, {3, {5, 3}, {2, 150}, 3, 1}, {2, {6, 6}, {6, 6}, 4, 1},
}

helper.each_backend(function(backend)
  describe('patch matching on ' .. backend.name, function()
    local function maps(case, number)
      local c, a, b = case[1], case[2], case[3]
      local one = view.new(backend, 'float', {c, a[1], a[2]}, function() return number(-0.2, 1) end)
      return one, view.new(backend, 'float', {c, b[1], b[2]}, function() return number(-0.2, 1) end)
    end

    local function field(a)
      return view.new(backend, 'int', {tonumber(a.tensor.sizes[1]), tonumber(a.tensor.sizes[2]), 2})
    end

    it('finds the most similar patch by cosine, over taps inside both maps', function()
      local number = helper.numbers(7)
      for _, case in ipairs(sizes) do
        local a, b = maps(case, number)
        local corr, match = field(a), view.new(backend, 'float', {case[1], case[2][1], case[2][2]})
        view.call(backend, 'match_cosine', corr, match, a, b, nil, case[4], case[5])
        assert.same(brute_force(cosine, map_of(a), map_of(b), case[4], case[5]), corr:list())
        assert.same(gathered(map_of(b), corr:list()), match:list())
      end
    end)

    it('finds the largest dot product, borders only for borders', function()
      local number = helper.numbers(8)
      for _, case in ipairs(sizes) do
        local a, b = maps(case, number)
        local corr = field(a)
        view.call(backend, 'match_dot', corr, a, b, nil, case[4])
        assert.same(brute_force(dot, map_of(a), map_of(b), case[4]), corr:list())
      end
    end)

    it('works through maps larger than a tile', function()
      local number = helper.numbers(9)
      local a, b = maps({1, {3, 2000}, {2, 3000}}, number)
      local corr, mask, asked = field(a), view.new(backend, 'byte', {3, 2000}), {0, 1999, 2345, 4000, 5999}
      for _, p in ipairs(asked) do mask:set(p, 1) end
      view.call(backend, 'match_cosine', corr, nil, a, b, mask, 3, 1)
      local expected = brute_force(cosine, map_of(a), map_of(b), 3, 1, mask:list())
      assert.same(expected, corr:list())
      view.call(backend, 'match_cosine', corr, nil, a, b, nil, 3, 1)
      for _, p in ipairs(asked) do
        assert.equal(expected[2 * p + 1], corr:get(2 * p))
        assert.equal(expected[2 * p + 2], corr:get(2 * p + 1))
      end
    end)

    it('matches masked positions only, whatever the type of the mask', function()
      local number = helper.numbers(10)
      for i, kind in ipairs {'byte', 'int', 'float', 'byte'} do
        local a, b = maps(sizes[1], number)
        local mask = view.new(backend, kind, {9, 7}, function() return number(0, 1) > 0.7 and 1 or 0 end, i % 2 == 1)
        if i == 4 then mask:fill(0) end
        local corr, match = field(a), view.new(backend, 'float', {5, 9, 7}, 3)
        view.call(backend, 'match_cosine', corr, match, a, b, mask, 3, 1)
        assert.same(brute_force(cosine, map_of(a), map_of(b), 3, 1, mask:list()), corr:list())
        for p = 0, 62 do
          if mask:get(p) == 0 then assert.equal(0, match:get(p)) end
        end
        view.call(backend, 'match_dot', corr, a, b, mask, 3)
        assert.same(brute_force(dot, map_of(a), map_of(b), 3, 1, mask:list()), corr:list())
      end
    end)

    it('gives ties to the first in row-major order', function()
      local a = view.new(backend, 'float', {2, 5, 6}, 1)
      local b = view.new(backend, 'float', {2, 6, 5}, function(i) return i % 3 end)
      local corr = field(a)
      for _, from in ipairs {a, view.new(backend, 'float', {2, 5, 6}, 0)} do
        view.call(backend, 'match_dot', corr, from, b, nil, 1)
        assert.same(brute_force(dot, map_of(from), map_of(b), 1), corr:list())
        view.call(backend, 'match_cosine', corr, nil, from, b, nil, 3, 1)
        assert.same(brute_force(cosine, map_of(from), map_of(b), 3, 1), corr:list())
      end
    end)

    it('leaves (0, 0) where nothing compares', function()
      local a = view.new(backend, 'float', {2, 3, 3}, 0 / 0)
      local b, corr = view.new(backend, 'float', {2, 3, 3}, 1), field(a)
      local match = view.new(backend, 'float', {2, 3, 3}, 7)
      view.call(backend, 'match_cosine', corr, match, a, b, nil, 3, 1)
      for i = 0, 17 do assert.equal(0, corr:get(i)) assert.equal(0, match:get(i)) end
    end)

    it('refuses what does not fit, by name', function()
      local a, b = maps(sizes[1], helper.numbers(1))
      local corr = field(a)
      local function refused(message, ...)
        local arguments = {...}
        assert.error_matches(function() view.call(backend, 'match_dot', unpack(arguments, 1, 5)) end, message)
      end
      refused('corr is NULL', nil, a, b, nil, 3)
      refused('corr must be 9x7x2', field(b), a, b, nil, 3)
      refused('channels', corr, a, view.new(backend, 'float', {4, 6, 6}), nil, 3)
      refused('contiguous', corr, view.new(backend, 'float', {5, 9, 7}, 0, true), b, nil, 3)
      refused('patch 0', corr, a, b, nil, 0)
      refused('mask must be 9x7', corr, a, b, view.new(backend, 'byte', {7, 9}), 3)
      refused('mask is long', corr, a, b, view.new(backend, 'long', {9, 7}), 3)
    end)

    -- Recorded picks may differ where two candidates are equal but for rounding: then both scores must agree.
    local function compare(score, a, b, expected, corr, patch)
      local one, two, different = map_of(a), map_of(b), 0
      for p = 0, one.h * one.w - 1 do
        local x, y, u, v = corr:get(2 * p), corr:get(2 * p + 1), expected:get(2 * p), expected:get(2 * p + 1)
        if x ~= u or y ~= v then
          different = different + 1
          local x1 = p % one.w
          local ours = score(one, two, (p - x1) / one.w, x1, y, x, patch, 1)
          local theirs = score(one, two, (p - x1) / one.w, x1, v, u, patch, 1)
          local message = ('scores at %d: %.9g and %.9g'):format(p, ours, theirs)
          assert(math.abs(ours - theirs) <= 1e-6 * math.abs(theirs), message)
        end
      end
      assert(different <= 0.005 * one.h * one.w, different .. ' correspondences differ')
    end

    for _, example in ipairs {'idx2', 'idx13'} do
      it('reproduces the recorded matches of ' .. example, function()
        if not helper.have_shared() then return pending('golden data is not here') end
        for layer = 1, 3 do
          local name = ('%s/dump1/patchmatch_r_%d_'):format(example, layer)
          local a = view.golden(backend, 'float', name .. 'in_input.npy')
          local b = view.golden(backend, 'float', name .. 'in_target.npy')
          local corr = field(a)
          view.call(backend, 'match_cosine', corr, nil, a, b, nil, 3, 1)
          compare(cosine, a, b, view.golden(backend, 'int', name .. 'corr.npy'), corr, 3)
        end
        local name = example .. '/dump2/patchmatch_1_'
        local a = view.golden(backend, 'float', name .. 'in_input.npy')
        local b = view.golden(backend, 'float', name .. 'in_target.npy')
        local corr = field(a)
        view.call(backend, 'match_dot', corr, a, b, nil, 3)
        compare(dot, a, b, view.golden(backend, 'int', name .. 'out.npy'), corr, 3)
      end)
    end
  end)
end)
