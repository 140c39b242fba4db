-- rgb2lab and lab2rgb against the formulas written out and the recording of the original's colour-space tool.
local helper = require 'helper'
local view = require 'view'

local function linear(v) return v <= 0.04045 and v / 12.92 or ((v + 0.055) / 1.055) ^ 2.4 end
local function f(t) return t < 0.008856 and 841 / 108 * t + 4 / 29 or t ^ (1 / 3) end

-- The matrix to a few decimals: an oracle to 0.01.
local function lab_of(r, g, b)
  r, g, b = linear(r), linear(g), linear(b)
  local x = f((0.41240 * r + 0.35758 * g + 0.18049 * b) / 0.950456)
  local y = f(0.21259 * r + 0.71517 * g + 0.07220 * b)
  local z = f((0.01930 * r + 0.11918 * g + 0.95050 * b) / 1.088754)
  return 116 * y - 16, 500 * (x - y), 200 * (y - z)
end

helper.each_backend(function(backend)
  describe('CIE Lab on ' .. backend.name, function()
    it('follows the formulas and comes back', function()
      local number = helper.numbers(17)
      for _, kind in ipairs {'float', 'double'} do
        for _, strided in ipairs {false, true} do
          local a = view.new(backend, kind, {3, 5, 8}, function(i) return i % 3 == 0 and 0 or number(0, 1) end, strided)
          local lab = view.new(backend, kind, {3, 5, 8}, 0, not strided)
          view.call(backend, 'rgb2lab', lab, a)
          for i = 0, 39 do
            local expected = {lab_of(a:get(i), a:get(40 + i), a:get(80 + i))}
            for c, value in ipairs(expected) do assert.near(value, lab:get(40 * (c - 1) + i), 0.01) end
          end
          view.call(backend, 'lab2rgb', lab, lab)
          helper.near(a:list(), lab:list(), kind == 'float' and 2e-5 or 1e-6)
        end
      end
    end)

    it('knows black, white and gray', function()
      local levels = {0, 1, 0.5}
      local a = view.new(backend, 'double', {3, 1, 3}, function(i) return levels[i % 3 + 1] end)
      view.call(backend, 'rgb2lab', a, a)
      helper.near({0, 100, 53.389, 0, 0, 0, 0, 0, 0}, a:list(), 0.02)
    end)

    it('moves colours into RGB: white where a channel is negative, a cut above 1', function()
      local lab = view.new(backend, 'double', {3, 1, 2}, {5, 97, 40, -60, -60, 30})
      view.call(backend, 'lab2rgb', lab, lab)
      assert.equal(0, math.min(lab:get(0), lab:get(2), lab:get(4)))
      assert.equal(1, lab:get(3)) -- the bright green's green
      for i = 0, 5 do assert.is_true(lab:get(i) >= 0 and lab:get(i) <= 1) end
    end)

    it('agrees with the original', function()
      if not helper.have_shared() then return pending('no golden data') end
      local golden = view.golden(backend, 'double', 'post/idx2_lab_filtered.npy')
      local expected = helper.npy(helper.shared .. '/golden/post/idx2_o1.npy')
      view.call(backend, 'lab2rgb', golden, golden)
      for i = 0, golden.n - 1 do
        local got = golden.data[i]
        if math.abs(expected.data[i] - got) > 1e-9 then assert.near(expected.data[i], got, 1e-9) end
      end
    end)

    it('refuses what is no picture of three channels', function()
      local four, bytes = view.new(backend, 'float', {4, 2, 2}), view.new(backend, 'byte', {3, 2, 2})
      assert.error_matches(function() view.call(backend, 'rgb2lab', four, four) end, 'must both be 3xHxW')
      assert.error_matches(function() view.call(backend, 'lab2rgb', bytes, bytes) end, 'expected float or double')
    end)
  end)
end)
