-- pen_unfold and pen_fold: places by the formula, the sum as the gradient, refusals.
require 'torch'
local helper = require 'helper'
local pen = require 'pen.ffi'
local T = require 'torch.tensor'

local draw

-- {kernel, stride, pad, dilation} of rows, then of columns; the output's height and width.
local cases = {
  {{3, 1, 0, 1}, {3, 1, 0, 1}, 5, 4}, {{2, 2, 1, 3}, {3, 1, 2, 2}, 4, 6}, {{1, 3, 0, 1}, {4, 2, 3, 1}, 3, 4},
  {{2, 1, 0, 9}, {2, 2, 1, 1}, 2, 9},
}

local function arguments(y, x)
  return y[1], x[1], y[2], x[2], y[3], x[3], y[4], x[4]
end

local function on(backend, values)
  return backend == pen.cpu and values or values:cuda()
end

describe('unfolding', function()
  before_each(function() draw = helper.numbers(31) end)

  for _, name in ipairs {'Float', 'Double'} do
    helper.each_backend(function(backend)
      local where = backend == pen.cpu and 'host' or 'device'
      it(('finds every tap and sums them back: %s, %s'):format(name, where), function()
        if backend ~= pen.cpu and name == 'Double' then return end -- Cuda tensors are float
        for _, case in ipairs(cases) do
          local y, x, h, w = unpack(case)
          local maps = torch[name .. 'Tensor'](2, 7, 6):apply(function() return draw(-1, 1) end)
          local there = on(backend, maps)
          local taps = there.new(2, y[1] * x[1], h, w)
          local kh, kw, sh, sw, ph, pw, dh, dw = arguments(y, x)
          local b = T.backend(there)
          pen.check(b, b.lib.pen_unfold(b.ctx, taps, there, kh, kw, sh, sw, ph, pw, dh, dw, 9))
          local got, sums = taps:double(), torch.zeros(2, 7, 6)
          for c = 1, 2 do
            for u = 0, y[1] - 1 do
              for v = 0, x[1] - 1 do
                for p = 0, h - 1 do
                  for q = 0, w - 1 do
                    local i, j = p * y[2] - y[3] + u * y[4] + 1, q * x[2] - x[3] + v * x[4] + 1
                    local inside = i >= 1 and i <= 7 and j >= 1 and j <= 6
                    local value = got[c][u * x[1] + v + 1][p + 1][q + 1]
                    assert.equal(inside and maps[c][i][j] or 9, value)
                    if inside then sums[c][i][j] = sums[c][i][j] + value end
                  end
                end
              end
            end
          end
          local back = there.new(2, 7, 6)
          pen.check(b, b.lib.pen_fold(b.ctx, back, taps, kh, kw, sh, sw, ph, pw, dh, dw))
          assert.is_true((back:double() - sums):abs():max() <= (name == 'Float' and 1e-5 or 1e-14))
        end
      end)
    end)
  end

  it('refuses what does not fit', function()
    local maps, taps = torch.Tensor(2, 5, 5), torch.Tensor(2, 9, 3, 3)
    local function fails(text, t, m, ...)
      local b, list = pen.cpu, {...}
      helper.fails(text, function() pen.check(b, b.lib.pen_unfold(b.ctx, t, m, unpack(list))) end)
    end
    fails('expected 2 x 2 of each map', taps, maps, 2, 2, 1, 1, 0, 0, 1, 1, 0)
    fails('must be positive', taps, maps, 3, 3, 0, 1, 0, 0, 1, 1, 0)
    fails('not negative', taps, maps, 3, 3, 1, 1, -1, 0, 1, 1, 0)
    fails('double', taps, torch.FloatTensor(2, 5, 5), 3, 3, 1, 1, 0, 0, 1, 1, 0)
    fails('float or double', torch.IntTensor(2, 9, 3, 3), torch.IntTensor(2, 5, 5), 3, 3, 1, 1, 0, 0, 1, 1, 0)
  end)
end)
