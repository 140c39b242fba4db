-- Convolution and its three gradients against plain loops in double.
local ffi = require 'ffi'
local helper = require 'helper'
local pen = require 'pen.ffi'
local view = require 'view'

-- Every case: batch (nil: C x H x W), maps in and out, height, width, kernel, stride, pad.
local cases = {
  {name = '1 x 1 on a single pixel', c = 1, o = 1, h = 1, w = 1, kh = 1, kw = 1, sh = 1, sw = 1, ph = 0, pw = 0},
  {name = '3 x 3 with padding, few maps', c = 3, o = 5, h = 7, w = 9, kh = 3, kw = 3, sh = 1, sw = 1, ph = 1, pw = 1},
  {name = '3 x 3 with many maps', c = 24, o = 20, h = 11, w = 13, kh = 3, kw = 3, sh = 1, sw = 1, ph = 1, pw = 1},
  {name = '3 x 3 without padding', c = 16, o = 16, h = 6, w = 5, kh = 3, kw = 3, sh = 1, sw = 1, ph = 0, pw = 0},
  {name = '1 x 1', c = 17, o = 6, h = 4, w = 5, kh = 1, kw = 1, sh = 1, sw = 1, ph = 0, pw = 0},
  {name = 'unequal kernel and stride', c = 2, o = 3, h = 10, w = 8, kh = 5, kw = 2, sh = 3, sw = 2, ph = 2, pw = 1},
  {name = 'a batch', batch = 3, c = 4, o = 6, h = 5, w = 6, kh = 3, kw = 3, sh = 2, sw = 1, ph = 1, pw = 1},
  {name = 'many maps', batch = 2, c = 16, o = 32, h = 6, w = 9, kh = 3, kw = 3, sh = 1, sw = 1, ph = 1, pw = 1},
}

local function shape(p, maps, h, w) return p.batch and {p.batch, maps, h, w} or {maps, h, w} end

-- Calls visit(x index, weight index, y index, output map) for every product of the convolution, 0-based.
local function each_product(p, visit)
  for b = 0, (p.batch or 1) - 1 do
    for o = 0, p.o - 1 do
      for i = 0, p.oh - 1 do
        for j = 0, p.ow - 1 do
          local y = ((b * p.o + o) * p.oh + i) * p.ow + j
          for c = 0, p.c - 1 do
            for u = math.max(0, p.ph - i * p.sh), math.min(p.kh, p.h + p.ph - i * p.sh) - 1 do
              for v = math.max(0, p.pw - j * p.sw), math.min(p.kw, p.w + p.pw - j * p.sw) - 1 do
                local row, column = i * p.sh - p.ph + u, j * p.sw - p.pw + v
                visit(((b * p.c + c) * p.h + row) * p.w + column, ((o * p.c + c) * p.kh + u) * p.kw + v, y, o)
              end
            end
          end
        end
      end
    end
  end
end

local function zeros(n)
  local list = {}
  for i = 1, n do list[i] = 0 end
  return list
end

-- Relative error in the 2-norm.
local function assert_close(expected, got, tolerance)
  local error, norm = 0, 0
  for i, value in ipairs(expected) do
    local e = value - got:get(i - 1)
    assert(e == e, 'not a number')
    error, norm = error + e * e, norm + value * value
  end
  assert.is_true(norm > 0)
  assert.is_true(math.sqrt(error / norm) < tolerance, ('relative error %g'):format(math.sqrt(error / norm)))
end

local function prepare(backend, p, seed, kind)
  local number = helper.numbers(seed)
  local function uniform() return number(-1, 1) end
  p.oh = math.floor((p.h + 2 * p.ph - p.kh) / p.sh) + 1
  p.ow = math.floor((p.w + 2 * p.pw - p.kw) / p.sw) + 1
  local function new(sizes) return view.new(backend, kind or 'float', sizes, uniform) end
  local x, w, bias = new(shape(p, p.c, p.h, p.w)), new {p.o, p.c, p.kh, p.kw}, new {p.o}
  return x, w, bias, new(shape(p, p.o, p.oh, p.ow))
end

describe('convolution', function()
  helper.each_backend(function(backend)
    local function call(name, ...) view.call(backend, 'conv_' .. name, ...) end

    for _, way in ipairs {'', 'gemm_', 'double_'} do
      local kind = way == 'double_' and 'double' or 'float'
      local close = kind == 'double' and 1e-14 or 2e-6
      for seed, p in ipairs(cases) do
        it(way .. 'forward: ' .. p.name, function()
          local x, w, bias, y = prepare(backend, p, seed, kind)
          for _, b in ipairs {bias, false} do
            local expected = zeros(y.n)
            if b then
              for i = 1, y.n do expected[i] = bias:get(math.floor((i - 1) / (p.oh * p.ow)) % p.o) end
            end
            each_product(p, function(xi, wi, yi) expected[yi + 1] = expected[yi + 1] + x:get(xi) * w:get(wi) end)
            for relu = 0, 1 do
              if relu == 1 then
                for i = 1, y.n do expected[i] = math.max(expected[i], 0) end
              end
              call(way .. 'forward', y, x, w, b or nil, p.sh, p.sw, p.ph, p.pw, relu)
              assert_close(expected, y, close)
            end
          end
        end)

        it(way .. 'gradient for the data: ' .. p.name, function()
          local x, w, _, gy = prepare(backend, p, seed, kind)
          local expected = zeros(x.n)
          each_product(p, function(xi, wi, yi) expected[xi + 1] = expected[xi + 1] + gy:get(yi) * w:get(wi) end)
          call(way .. 'backward_data', x, gy, w, p.sh, p.sw, p.ph, p.pw)
          assert_close(expected, x, close)
        end)

        it(way .. 'gradient for weights and bias grows by its share: ' .. p.name, function()
          local x, gw, gbias, gy = prepare(backend, p, seed, kind)
          local expected_w, expected_b = gw:list(), gbias:list()
          each_product(p, function(xi, wi, yi)
            expected_w[wi + 1] = expected_w[wi + 1] + 0.5 * gy:get(yi) * x:get(xi)
          end)
          for i = 0, gy.n - 1 do
            local o = math.floor(i / (p.oh * p.ow)) % p.o + 1
            expected_b[o] = expected_b[o] + 0.5 * gy:get(i)
          end
          call(way .. 'backward_weights', gw, gbias, x, gy, p.sh, p.sw, p.ph, p.pw, 0.5)
          assert_close(expected_w, gw, 2.5 * close)
          assert_close(expected_b, gbias, 2.5 * close)
          call(way .. 'backward_weights', gw, nil, x, gy, p.sh, p.sw, p.ph, p.pw, -0.5)
        end)
      end
    end

    it('times the library alone and gives the same result, direct and Winograd', function()
      if backend ~= pen.cpu then return end
      local p = cases[3]
      local x, w, _, y = prepare(backend, p, 5)
      local seconds = ffi.new('double[1]', -1)
      call('forward', y, x, w, nil, 1, 1, 1, 1, 0)
      local expected = y:list()
      for winograd = 0, 1 do
        y:fill(0)
        call('time', seconds, x, w, y, 0, winograd, 1, 1)
        assert_close(expected, y, 2e-6)
        assert.is_true(seconds[0] > 0)
      end
      call('backward_data', x, y, w, 1, 1, 1, 1)
      expected = x:list()
      call('time', seconds, x:fill(0), w, y, 1, 0, 1, 1)
      assert_close(expected, x, 2e-6)
    end)

    it('allocates nothing when repeated', function()
      local p = cases[4]
      local x, w, bias, y = prepare(backend, p, 9)
      local function allocations()
        call('forward', y, x, w, bias, 1, 1, 0, 0, 0)
        call('backward_data', x, y, w, 1, 1, 0, 0)
        return helper.allocations(backend)
      end
      local before = allocations()
      for _ = 1, 3 do assert.equal(before, allocations()) end
    end)

    it('follows the number of threads', function()
      if backend ~= pen.cpu then return end
      local p = cases[2]
      local x, w, bias, y = prepare(backend, p, 9)
      local threads, one = ffi.new('int[1]'), ffi.new('int[1]', 1)
      pen.check(backend, backend.lib.pen_ctx_threads(backend.ctx, threads))
      call('forward', y, x, w, bias, 1, 1, 1, 1, 0)
      local expected = y:list()
      pen.check(backend, backend.lib.pen_ctx_threads(backend.ctx, one))
      call('forward', y:fill(0), x, w, bias, 1, 1, 1, 1, 0)
      pen.check(backend, backend.lib.pen_ctx_threads(backend.ctx, threads))
      assert_close(expected, y, 2e-6)
    end)

    it('names what does not fit', function()
      local x, w, bias, y = prepare(backend, cases[2], 1)
      local apart = view.new(backend, 'float', {3, 7, 9}, 0, true)
      local double = view.new(backend, 'double', {3, 7, 9})
      assert.error_matches(function() call('forward', y, apart, w, bias, 1, 1, 1, 1, 0) end,
                           'pen_conv_forward: x %(3x7x9 float%) must be contiguous')
      assert.error_matches(function() call('forward', y, double, w, bias, 1, 1, 1, 1, 0) end, 'x is 3x7x9 double')
      assert.error_matches(function() call('forward', y, x, w, bias, 1, 1, 0, 1, 0) end,
                           'sizes do not fit: input side 3x7x9 float, weight 5x3x3x3 float, output side 5x7x9 float')
      assert.error_matches(function() call('forward', y, x, w, bias, 0, 1, 1, 1, 0) end, 'stride 0 x 1')
      assert.error_matches(function() call('backward_data', y, x, w, 1, 1, 1, 1) end, 'sizes do not fit')
    end)
  end)
end)
