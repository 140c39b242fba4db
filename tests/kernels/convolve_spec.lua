-- pen_convolve against plain loops in double, and against the original's output.
local helper = require 'helper'
local view = require 'view'

local number = helper.numbers(6)

local function oracle(a, k, planes, h, w, kh, kw, full, flip)
  local top, left = full and kh - 1 or 0, full and kw - 1 or 0
  local height, width = full and h + kh - 1 or h - kh + 1, full and w + kw - 1 or w - kw + 1
  local out = {}
  for p = 0, planes - 1 do
    for y = 0, height - 1 do
      for x = 0, width - 1 do
        local sum = 0
        for v = 0, kh - 1 do
          for u = 0, kw - 1 do
            local row, column = y + v - top, x + u - left
            local tap = flip and k[(p * kh + kh - v) * kw - u] or k[(p * kh + v) * kw + u + 1]
            if row >= 0 and row < h and column >= 0 and column < w then
              sum = sum + a[(p * h + row) * w + column + 1] * tap
            end
          end
        end
        out[#out + 1] = sum
      end
    end
  end
  return out, {planes, height, width}
end

local near = helper.near

helper.each_backend(function(backend)
  describe('convolution on ' .. backend.name, function()
    it('agrees with the oracle, full and valid, turned and not', function()
      for _, kind in ipairs {'float', 'double'} do
        for case = 0, 15 do
          local full, flip, strided, wide = case % 2 == 1, case % 4 > 1, case % 8 > 3, case > 7
          local h, w, kh, kw = 6, wide and 150 or 7, 3, wide and 5 or 2
          local random = function() return number(-1, 1) end
          local a = view.new(backend, kind, {2, h, w}, random, strided)
          local k = view.new(backend, kind, {2, kh, kw}, random, strided)
          local expected, sizes = oracle(a:list(), k:list(), 2, h, w, kh, kw, full, flip)
          local r = view.new(backend, kind, sizes, -1, strided)
          view.call(backend, 'convolve', r, a, k, full and 1 or 0, flip and 1 or 0)
          near(expected, r:list(), kind == 'float' and 1e-6 or 1e-14)
        end
      end
    end)

    it('agrees with the original', function()
      if not helper.have_shared() then return pending('no golden data') end
      local function case(name, kind, kernel, full)
        local golden = view.golden(backend, kind, 'prim/' .. name .. '.npy')
        local sizes = {}
        for d = 0, 2 do sizes[d + 1] = tonumber(golden.tensor.sizes[d]) end
        local k2 = view.golden(backend, kind, 'prim/' .. kernel .. '.npy')
        local kh, kw = tonumber(k2.tensor.sizes[0]), tonumber(k2.tensor.sizes[1])
        local k = view.new(backend, kind, {3, kh, kw}, function(i) return k2:get(i % (kh * kw)) end)
        local r = view.new(backend, kind, sizes)
        view.call(backend, 'convolve', r, view.golden(backend, kind, 'prim/img.npy'), k, full, 1)
        near(golden:list(), r:list(), 1e-6)
      end
      case('convolve_full_gauss7_double', 'double', 'gaussian_7_3_1_true', 1)
      case('convolve_valid_gauss7_double', 'double', 'gaussian_7_3_1_true', 0)
    end)

    it('refuses kernels larger than the picture and other sizes of the result', function()
      local a, k = view.new(backend, 'float', {1, 3, 3}), view.new(backend, 'float', {1, 4, 2})
      local function refused(r, source, kernel, text)
        assert.error_matches(function() view.call(backend, 'convolve', r, source, kernel, 0, 1) end, text)
      end
      refused(view.new(backend, 'float', {1, 1, 2}), a, k, 'k %(4x2%) is larger than a %(3x3%)')
      refused(view.new(backend, 'float', {1, 3, 3}), a, view.new(backend, 'float', {1, 2, 2}), 'r must be 2x2')
      refused(view.new(backend, 'float', {2, 3, 3}), a, view.new(backend, 'float', {2, 1, 1}), 'planes')
      refused(view.new(backend, 'byte', {1, 1, 1}), view.new(backend, 'byte', {1, 1, 1}),
        view.new(backend, 'byte', {1, 1, 1}), 'expected float or double')
    end)
  end)
end)
