-- Products of long rows against plain loops in double.
local helper = require 'helper'
local view = require 'view'

local number = helper.numbers(5)
local M, N = 7, 2500

helper.each_backend(function(backend)
  describe('rows on ' .. backend.name, function()
    local function random(kind, sizes) return view.new(backend, kind, sizes, function() return number(-1, 1) end) end

    -- Rows of neighbours that lie apart: every second row of a larger matrix.
    local function apart(a)
      a.tensor.sizes[0], a.tensor.strides[0], a.n = M, 2 * N, M * N
      return a
    end

    for _, kind in ipairs {'float', 'double'} do
      it('dots: each row with a vector, ' .. kind, function()
        for _, a in ipairs {random(kind, {M, N}), apart(random(kind, {2 * M, N}))} do
          local b, k = random(kind, {N}), view.new(backend, 'double', {M}, 9)
          view.call(backend, 'row_dots', k, a, b)
          for row = 0, M - 1 do
            local sum = 0
            for i = 0, N - 1 do sum = sum + a:get(row * N + i) * b:get(i) end
            assert.near(sum, k:get(row), 1e-12 * N)
          end
        end
      end)

      it('sum: of rows times numbers, and of a vector, ' .. kind, function()
        for _, a in ipairs {random(kind, {M, N}), apart(random(kind, {2 * M, N}))} do
          local b, k = random(kind, {N}), random('double', {M})
          local r, tolerance = view.new(backend, kind, {N}), kind == 'float' and 1e-6 or 1e-14
          view.call(backend, 'row_sum', r, a, k, b, -0.5)
          for i = 0, N - 1 do
            local sum = -0.5 * b:get(i)
            for row = 0, M - 1 do sum = sum + k:get(row) * a:get(row * N + i) end
            assert.near(sum, r:get(i), tolerance)
          end
          view.call(backend, 'row_sum', b, a, k, b, -0.5)
          assert.same(r:list(), b:list())
        end
      end)
    end

    it('refuses what does not fit', function()
      local a, b, k = random('float', {M, N}), random('float', {N}), random('double', {M})
      local function fails(message, ...)
        local arguments = {...}
        assert.error_matches(function() view.call(backend, unpack(arguments)) end, message)
      end
      fails('k is 7 float', 'row_dots', random('float', {M}), a, b)
      fails('a is 7x2500', 'row_dots', k, a, random('float', {N - 1}))
      fails('a is 7x2500', 'row_sum', b, a, random('double', {M + 1}), b, 1)
      fails('a is 7x2500', 'row_dots', k, view.new(backend, 'float', {M, N}, 0, true), b)
      fails('expected float or double', 'row_dots', k, random('int', {M, N}), random('int', {N}))
      fails('r and b differ', 'row_sum', random('float', {N + 1}), a, k, b, 1)
    end)
  end)
end)
