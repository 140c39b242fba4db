-- Search around a guess, PatchMatch, and the table of all patch products, against their definitions.
local ffi = require 'ffi'
local helper = require 'helper'
local view = require 'view'

-- Sum of products of two patches over the taps inside both maps, and the number of taps.
local function product(a, b, y1, x1, y2, x2, patch)
  local c, h, w = tonumber(a.tensor.sizes[0]), tonumber(a.tensor.sizes[1]), tonumber(a.tensor.sizes[2])
  local h2, w2 = tonumber(b.tensor.sizes[1]), tonumber(b.tensor.sizes[2])
  local r, sum, taps = math.floor((patch - 1) / 2), 0, 0
  for dy = math.max(-r, -y1, -y2), math.min(r, h - 1 - y1, h2 - 1 - y2) do
    for dx = math.max(-r, -x1, -x2), math.min(r, w - 1 - x1, w2 - 1 - x2) do
      taps = taps + 1
      for k = 0, c - 1 do
        sum = sum + a:get((k * h + y1 + dy) * w + x1 + dx) * b:get((k * h2 + y2 + dy) * w2 + x2 + dx)
      end
    end
  end
  return sum, taps
end

local function similarity(maps, y1, x1, y2, x2, patch)
  local one, taps = product(maps.a, maps.b, y1, x1, y2, x2, patch)
  local score = ffi.new('float[1]', (one + product(maps.ap, maps.bp, y1, x1, y2, x2, patch)) / taps)
  return score[0]
end

-- {x, y, ...}: the best of the window around the guess.
local function searched(maps, guess, h, w, h2, w2, patch, radius)
  local corr = {}
  for p = 0, h * w - 1 do
    local best, x, y = -1, 0, 0
    for u = math.max(0, guess:get(2 * p) - radius), math.min(w2 - 1, guess:get(2 * p) + radius) do
      for v = math.max(0, guess:get(2 * p + 1) - radius), math.min(h2 - 1, guess:get(2 * p + 1) + radius) do
        local score = similarity(maps, math.floor(p / w), p % w, v, u, patch)
        if score > best then best, x, y = score, u, v end
      end
    end
    corr[#corr + 1], corr[#corr + 2] = x, y
  end
  return corr
end

helper.each_backend(function(backend)
  describe('patch search on ' .. backend.name, function()
    local number = helper.numbers(21)
    local function features(c, h, w)
      return view.new(backend, 'float', {c, h, w}, function() return number(-0.3, 1) end)
    end
    local function maps_of(c, h, w, h2, w2)
      return {a = features(c, h, w), b = features(c, h2, w2), ap = features(c, h, w), bp = features(c, h2, w2)}
    end
    local function guesses(h, w, h2, w2)
      return view.new(backend, 'int', {h, w, 2}, function(i)
        return math.floor(number(-1, (i % 2 == 0 and w2 or h2) + 1))
      end)
    end
    local function run(name, maps, guess, h, w, patch, radius)
      local corr = view.new(backend, 'int', {h, w, 2}, 9)
      view.call(backend, name, corr, guess, maps.a, maps.b, maps.ap, maps.bp, patch, radius)
      return corr:list()
    end

    it('tries every position of the window', function()
      for _, case in ipairs {
        {3, 6, 5, 7, 8, 3, 1}, {9, 4, 6, 4, 6, 5, 2}, {1, 5, 5, 3, 9, 1, 0}, {2, 4, 4, 4, 4, 3, 99},
      } do
        local c, h, w, h2, w2, patch, radius = unpack(case)
        local maps, guess = maps_of(c, h, w, h2, w2), guesses(h, w, h2, w2)
        local expected = searched(maps, guess, h, w, h2, w2, patch, radius)
        assert.same(expected, run('nnf_search', maps, guess, h, w, patch, radius))
      end
    end)

    it('keeps the first of equals and survives guesses far outside', function()
      local flat, guess = view.new(backend, 'float', {2, 5, 5}, 1), view.new(backend, 'int', {5, 5, 2}, 2)
      guess:set(0, 2147483647) guess:set(3, -2147483648)
      local maps = {a = flat, b = flat, ap = flat, bp = flat}
      assert.same(searched(maps, guess, 5, 5, 5, 5, 3, 1), run('nnf_search', maps, guess, 5, 5, 3, 1))
      run('nnf_patchmatch', maps, guess, 5, 5, 3, 1048576)
    end)

    it('reaches the best match of almost every patch by PatchMatch, the same in every run', function()
      local h, w = 15, 17
      local maps = maps_of(4, h, w, h, w)
      for i = 0, 4 * h * w - 1 do -- A is B moved by (2, 3), so that good matches can spread
        local c, y, x = math.floor(i / h / w), math.floor(i / w) % h, i % w
        for _, pair in ipairs {{'a', 'b'}, {'ap', 'bp'}} do
          maps[pair[1]]:set(i, maps[pair[2]]:get((c * h + (y + 3) % h) * w + (x + 2) % w))
        end
      end
      local guess = guesses(h, w, h, w)
      local corr = run('nnf_patchmatch', maps, guess, h, w, 3, 30)
      local best, hits = searched(maps, view.new(backend, 'int', {h, w, 2}), h, w, h, w, 3, 99), 0
      for p = 0, h * w - 1 do
        local x, y = corr[2 * p + 1], corr[2 * p + 2]
        local function score(u, v) return similarity(maps, math.floor(p / w), p % w, v, u, 3) end
        assert(x >= 0 and x < w and y >= 0 and y < h)
        local u, v = math.max(0, math.min(w - 1, guess:get(2 * p))), math.max(0, math.min(h - 1, guess:get(2 * p + 1)))
        assert(score(x, y) >= score(u, v), 'worse than the guess')
        if best[2 * p + 1] == x and best[2 * p + 2] == y then hits = hits + 1 end
      end
      assert(hits > 0.9 * h * w, hits .. ' of ' .. h * w)
      assert.same(corr, run('nnf_patchmatch', maps, guess, h, w, 3, 30))
    end)

    it('tabulates all products, -1 off the mask', function()
      local a, b = features(11, 4, 5), features(11, 3, 4)
      local mask = view.new(backend, 'int', {4, 5}, function(i) return i % 3 end)
      local products = view.new(backend, 'float', {20, 12})
      view.call(backend, 'patch_products', products, a, b, mask, 3)
      for i = 0, 239 do
        local p, q = math.floor(i / 12), i % 12
        local expected = product(a, b, math.floor(p / 5), p % 5, math.floor(q / 4), q % 4, 3)
        assert.near(p % 3 == 0 and -1 or expected, products:get(i), 1e-5)
      end
    end)

    it('refuses what does not fit', function()
      local maps, guess = maps_of(2, 3, 4, 5, 6), guesses(3, 4, 5, 6)
      local corr = view.new(backend, 'int', {3, 4, 2})
      for message, change in pairs {
        ['ap and bp differ in channels'] = {'bp', features(3, 5, 6)}, ['same height'] = {'ap', features(2, 4, 3)},
        ['b is NULL'] = {'b', nil},
      } do
        local m = {a = maps.a, b = maps.b, ap = maps.ap, bp = maps.bp}
        m[change[1]] = change[2]
        assert.error_matches(function()
          view.call(backend, 'nnf_search', corr, guess, m.a, m.b, m.ap, m.bp, 3, 1)
        end, message)
      end
      assert.error_matches(function() run('nnf_patchmatch', maps, guess, 3, 4, 0, 1) end, 'patch 0')
      assert.error_matches(function() run('nnf_patchmatch', maps, guess, 3, 4, 3, -1) end, 'radius %-1')
      assert.error_matches(function() run('nnf_search', maps, guess, 4, 3, 3, 1) end, 'corr must be 3x4x2')
    end)
  end)
end)
