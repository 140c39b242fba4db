-- The exact search for the nearest 7 x 7 patch against brute force: equal positions, ties included.
local ffi = require 'ffi'
local helper = require 'helper'
local view = require 'view'

local function distance(a, b, h, w, h2, w2, x, y, u, v)
  local sum = 0
  for c = 0, 2 do
    for dy = -3, 3 do
      for dx = -3, 3 do
        local d = a[(c * h + y + dy) * w + x + dx + 1] - b[(c * h2 + v + dy) * w2 + u + dx + 1]
        sum = sum + d * d
      end
    end
  end
  return sum
end

-- {x, y} of the first nearest patch.
local function nearest(a, b, h, w, h2, w2, x, y)
  local best, match = math.huge, nil
  for v = 3, h2 - 4 do
    for u = 3, w2 - 4 do
      local d = distance(a, b, h, w, h2, w2, x, y, u, v)
      if d < best then best, match = d, {u, v} end
    end
  end
  return match
end

helper.each_backend(function(backend)
  describe('the nearest patches on ' .. backend.name, function()
    -- Pictures of so many levels: with few of them, many distances tie. asked: share of positions.
    local function check(h, w, h2, w2, levels, asked, strided)
      local number = helper.numbers(h * w + levels)
      local function level() return math.floor(number(0, levels)) * math.floor(255 / math.max(1, levels - 1)) end
      local a = view.new(backend, 'byte', {3, h, w}, level, strided)
      local b = view.new(backend, 'byte', {3, h2, w2}, level, not strided)
      local mask = view.new(backend, 'byte', {h, w}, function() return number(0, 1) < asked and 1 or 0 end, strided)
      local corr = view.new(backend, 'int', {h, w, 2}, 99, strided)
      view.call(backend, 'nearest_patches', corr, a, b, mask)
      local pixels, others = a:list(), b:list()
      for p = 0, h * w - 1 do
        local x, y = p % w, math.floor(p / w)
        local within = x >= 3 and x < w - 3 and y >= 3 and y < h - 3
        local expected = within and mask:get(p) == 1 and nearest(pixels, others, h, w, h2, w2, x, y) or {-7, -7}
        assert.same(expected, {corr:get(2 * p), corr:get(2 * p + 1)})
      end
    end

    it('are those of brute force', function()
      check(24, 30, 17, 23, 256, 0.2, false)
      check(24, 30, 17, 23, 256, 0.2, true)
    end)

    it('are the first in row-major order among equals', function()
      check(20, 24, 22, 21, 2, 0.2, false)
      check(12, 20, 30, 70, 1, 0.1, true)
    end)

    it('do not depend on where the tiles of the search end', function()
      check(45, 140, 9, 12, 4, 0.05, false)  -- three bands, three tiles each
      check(9, 9, 40, 150, 4, 0.5, false)
      check(7, 7, 7, 7, 256, 1, false)       -- one patch each
      check(6, 80, 12, 12, 256, 1, false)    -- none
    end)

    it('are the same with any number of threads', function()
      local number, threads = helper.numbers(3), ffi.new('int[1]')
      local function level() return math.floor(number(0, 8)) end
      local a, b = view.new(backend, 'byte', {3, 40, 90}, level), view.new(backend, 'byte', {3, 30, 30}, level)
      local mask, fields = view.new(backend, 'byte', {40, 90}, 1), {}
      assert(backend.lib.pen_ctx_threads(backend.ctx, threads) == 0)
      local usual = threads[0]
      for n = 1, 3 do
        threads[0] = n
        assert(backend.lib.pen_ctx_threads(backend.ctx, threads) == 0)
        local corr = view.new(backend, 'int', {40, 90, 2})
        view.call(backend, 'nearest_patches', corr, a, b, mask)
        fields[n] = corr:list()
      end
      threads[0] = usual
      assert(backend.lib.pen_ctx_threads(backend.ctx, threads) == 0)
      assert.same(fields[1], fields[2])
      assert.same(fields[1], fields[3])
    end)

    it('find what was copied', function()
      local number = helper.numbers(77)
      local b = view.new(backend, 'byte', {3, 30, 40}, function() return math.floor(number(0, 256)) end)
      local a = view.new(backend, 'byte', {3, 20, 25}, function(i)
        return b:get((math.floor(i / 500) * 30 + math.floor(i / 25) % 20 + 6) * 40 + i % 25 + 11)
      end)
      local corr, mask = view.new(backend, 'int', {20, 25, 2}), view.new(backend, 'byte', {20, 25}, 1)
      view.call(backend, 'nearest_patches', corr, a, b, mask)
      for y = 3, 16 do
        for x = 3, 21 do assert.same({x + 11, y + 6}, {corr:get(2 * (y * 25 + x)), corr:get(2 * (y * 25 + x) + 1)}) end
      end
    end)

    it('refuse what does not fit', function()
      local a, b = view.new(backend, 'byte', {3, 8, 9}), view.new(backend, 'byte', {3, 6, 9})
      local corr, mask = view.new(backend, 'int', {8, 9, 2}), view.new(backend, 'byte', {8, 9})
      local function refused(message, ...)
        local arguments = {...}
        assert.error_matches(function() view.call(backend, 'nearest_patches', unpack(arguments)) end, message)
      end
      refused('b is smaller than a patch', corr, a, b, mask)
      refused('corr must be 8x9x2', view.new(backend, 'int', {9, 8, 2}), a, a, mask)
      refused('a is %S+ float', corr, view.new(backend, 'float', {3, 8, 9}), a, mask)
    end)
  end)
end)
