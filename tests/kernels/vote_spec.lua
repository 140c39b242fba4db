-- What is put together from a correspondence: average voting, rings of patches, blending.
local helper = require 'helper'
local view = require 'view'

helper.each_backend(function(backend)
  describe('voting on ' .. backend.name, function()
    local number = helper.numbers(31)
    local c, h, w, h2, w2 = 3, 5, 6, 7, 4
    local function picture(height, width)
      return view.new(backend, 'float', {c, height, width}, function() return number(-1, 1) end)
    end
    local function field()
      return view.new(backend, 'int', {h, w, 2}, function(i)
        return math.floor(number(-1, (i % 2 == 0 and w2 or h2) + 1))
      end)
    end

    it('averages what the patches around a position say', function()
      for _, patch in ipairs {1, 3, 4, 5} do
        local source, corr, out = picture(h2, w2), field(), view.new(backend, 'float', {c, h, w}, 9)
        view.call(backend, 'average_vote', out, source, corr, patch)
        local r = math.floor(patch / 2)
        for i = 0, c * h * w - 1 do
          local k, y, x, sum, votes = math.floor(i / h / w), math.floor(i / w) % h, i % w, 0, 0
          for v = math.max(0, y - r), math.min(h - 1, y + r) do
            for u = math.max(0, x - r), math.min(w - 1, x + r) do
              local x2, y2 = corr:get(2 * (v * w + u)) + x - u, corr:get(2 * (v * w + u) + 1) + y - v
              if x2 >= 0 and x2 < w2 and y2 >= 0 and y2 < h2 then
                sum, votes = sum + source:get((k * h2 + y2) * w2 + x2), votes + 1
              end
            end
          end
          assert.near(votes > 0 and sum / votes or 0, out:get(i), 1e-6)
        end
      end
    end)

    it('returns the source for the identity', function()
      local source, out = picture(h, w), view.new(backend, 'float', {c, h, w})
      local corr = view.new(backend, 'int', {h, w, 2}, function(i)
        return i % 2 == 0 and i / 2 % w or math.floor(i / 2 / w)
      end)
      view.call(backend, 'average_vote', out, source, corr, 1)
      assert.same(source:list(), out:list())
    end)

    it('lays the surroundings of the matches side by side', function()
      local source, corr, out = picture(h2, w2), field(), view.new(backend, 'float', {c, h, 9 * w}, 9)
      view.call(backend, 'ring_patches', out, source, corr, 1)
      for k = 0, c - 1 do
        for p = 0, h * w - 1 do
          for piece = 0, 8 do
            local x, y = corr:get(2 * p) + piece % 3 - 1, corr:get(2 * p + 1) + math.floor(piece / 3) - 1
            local inside = x >= 0 and x < w2 and y >= 0 and y < h2
            local expected = inside and source:get((k * h2 + y) * w2 + x) or 0
            assert.equal(expected, out:get((k * h + math.floor(p / w)) * 9 * w + piece * w + p % w))
          end
        end
      end
    end)

    it('blends where the mask is 0.05 or more', function()
      local a, b, out = picture(h, w), picture(h, w), view.new(backend, 'float', {c, h, w})
      local mask = view.new(backend, 'float', {h, w}, function(i) return ({0, 0.049, 0.05, 1})[i % 4 + 1] end)
      view.call(backend, 'masked_blend', out, a, b, mask, 0.3)
      for i = 0, c * h * w - 1 do
        local weight = i % (h * w) % 4 >= 2 and 0.3 or 0
        assert.near(a:get(i) * weight + b:get(i) * (1 - weight), out:get(i), 1e-6)
      end
    end)

    it('refuses what does not fit', function()
      local source, corr, out = picture(h2, w2), field(), view.new(backend, 'float', {c, h, w})
      local function refused(message, ...)
        local arguments = {...}
        assert.error_matches(function() view.call(backend, unpack(arguments)) end, message)
      end
      refused('patch is 0', 'average_vote', out, source, corr, 0)
      refused('out must be 3x5x%(1 %* 6%)', 'average_vote', picture(h, w2), source, corr, 3)
      refused('out must be 3x5x%(9 %* 6%)', 'ring_patches', out, source, corr, 1)
      refused('mask must be 5x6', 'masked_blend', out, out, out, view.new(backend, 'float', {w, h}), 0.5)
      refused('differ in shape', 'masked_blend', out, source, out, view.new(backend, 'float', {h2, w2}), 0.5)
    end)
  end)
end)
