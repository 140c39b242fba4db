-- rgb2yuv, yuv2rgb and rgb2y against the formulas written out, and against the original's output.
local helper = require 'helper'
local view = require 'view'

local number = helper.numbers(8)

local formulas = {
  rgb2yuv = function(r, g, b)
    return .299 * r + .587 * g + .114 * b, -.14713 * r - .28886 * g + .436 * b, .615 * r - .51499 * g - .10001 * b
  end,
  yuv2rgb = function(y, u, v) return y + 1.13983 * v, y - .39465 * u - .58060 * v, y + 2.03211 * u end,
  rgb2y = function(r, g, b) return .299 * r + .587 * g + .114 * b end,
}

helper.each_backend(function(backend)
  describe('colours on ' .. backend.name, function()
    it('follow the formulas', function()
      for name, formula in pairs(formulas) do
        for _, kind in ipairs {'float', 'double', 'byte'} do
          for _, strided in ipairs {false, true} do
            local limit = kind == 'byte' and 255.99 or 1
            local a = view.new(backend, kind, {3, 4, 5}, function() return number(0, limit) end, strided)
            local r = view.new(backend, kind, {name == 'rgb2y' and 1 or 3, 4, 5}, 0, strided)
            view.call(backend, name, r, a)
            for i = 0, 19 do
              local expected = {formula(a:get(i), a:get(20 + i), a:get(40 + i))}
              for c, value in ipairs(expected) do
                if kind == 'byte' then value = math.floor(math.max(0, math.min(255, value)) + 0.5) end
                assert.near(value, r:get(20 * (c - 1) + i), 1e-6)
              end
            end
          end
        end
      end
    end)

    it('may be converted in place', function()
      local a = view.new(backend, 'double', {3, 2, 2}, function(i) return i / 12 end)
      local r = view.new(backend, 'double', {3, 2, 2})
      view.call(backend, 'rgb2yuv', r, a)
      view.call(backend, 'rgb2yuv', a, a)
      assert.same(r:list(), a:list())
    end)

    it('agree with the original', function()
      if not helper.have_shared() then return pending('no golden data') end
      local img = view.golden(backend, 'double', 'prim/img.npy')
      for _, name in ipairs {'rgb2yuv', 'yuv2rgb'} do
        local golden = view.golden(backend, 'double', 'prim/' .. name .. '.npy')
        local r = view.new(backend, 'double', {3, 13, 17})
        view.call(backend, name, r, img)
        for i = 0, golden.n - 1 do assert.near(golden:get(i), r:get(i), 1e-6) end
      end
    end)

    it('refuse pictures without three channels', function()
      local a, r = view.new(backend, 'float', {4, 2, 2}), view.new(backend, 'float', {4, 2, 2})
      assert.error_matches(function() view.call(backend, 'rgb2yuv', r, a) end, 'a must be 3xHxW and r 3xHxW')
    end)
  end)
end)
