-- Threshold (ReLU) and its gradient.
local helper = require 'helper'
local view = require 'view'

describe('threshold', function()
  helper.each_backend(function(backend)
    local number = helper.numbers(3)
    local function list(n)
      local values = {0, -0.25, 0.25}
      for i = #values + 1, n do values[i] = math.floor(number(-8, 8)) / 4 end
      return values
    end

    for _, kind in ipairs {'float', 'double'} do
      for _, k in ipairs {{0, 0}, {0.25, -3}} do
        local threshold, value = k[1], k[2]
        local function expected(x, pass, otherwise)
          local r = {}
          for i = 1, #x do r[i] = x[i] <= threshold and otherwise or pass[i] end
          return r
        end

        it(('of %s at %g gives %g, in place and not'):format(kind, threshold, value), function()
          local x, gy = list(1001), list(1001)
          local a, b, r = view.new(backend, kind, {7, 11, 13}, x), view.new(backend, kind, {1001}, gy),
                          view.new(backend, kind, {1001}, 9)
          view.call(backend, 'threshold', r, a, threshold, value)
          assert.same(expected(x, x, value), r:list())
          view.call(backend, 'threshold_backward', r, b, a, threshold)
          assert.same(expected(x, gy, 0), r:list())
          view.call(backend, 'threshold_backward', b, b, a, threshold)
          assert.same(expected(x, gy, 0), b:list())
          view.call(backend, 'threshold', a, a, threshold, value)
          assert.same(expected(x, x, value), a:list())
        end)
      end
    end

    it('works on views with gaps', function()
      local x, gy = list(60), list(60)
      local a, b = view.new(backend, 'float', {3, 4, 5}, x, true), view.new(backend, 'float', {3, 4, 5}, gy)
      view.call(backend, 'threshold_backward', b, b, a, 0)
      for i = 1, 60 do assert.equal(x[i] <= 0 and 0 or gy[i], b:get(i - 1)) end
    end)

    it('lets NaN through', function()
      local x = view.new(backend, 'float', {3}, {0 / 0, -1, 1})
      view.call(backend, 'threshold', x, x, 0, 0)
      local first = x:get(0)
      assert.is_true(first ~= first)
      assert.equal(0, x:get(1))
    end)

    it('names what does not fit', function()
      local x, y = view.new(backend, 'float', {3}), view.new(backend, 'float', {4})
      assert.error_matches(function() view.call(backend, 'threshold', y, x, 0, 0) end,
                           'inconsistent tensor size: 4 float and 3 float')
      local n = view.new(backend, 'int', {3})
      assert.error_matches(function() view.call(backend, 'threshold', n, n, 0, 0) end, 'expected float or double')
    end)
  end)
end)
