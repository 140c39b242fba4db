-- Max and average pooling and their gradients against plain loops, and against values recorded from Torch.
local helper = require 'helper'
local view = require 'view'

local cases = {
  {name = '2 x 2, stride 2, even size', b = 1, c = 3, h = 6, w = 8, kh = 2, kw = 2, sh = 2, sw = 2, ph = 0, pw = 0},
  {name = '2 x 2, stride 2, rounded up', b = 1, c = 2, h = 7, w = 5, kh = 2, kw = 2, sh = 2, sw = 2, ph = 0, pw = 0,
   ceil = true},
  {name = '3 x 3, stride 1, padded', b = 1, c = 1, h = 5, w = 6, kh = 3, kw = 3, sh = 1, sw = 1, ph = 1, pw = 1},
  {name = '3 x 3, stride 2, padded, rounded up', b = 1, c = 2, h = 6, w = 8, kh = 3, kw = 3, sh = 2, sw = 2, ph = 1,
   pw = 1, ceil = true},
  {name = 'unequal kernel in a batch', b = 2, c = 3, h = 9, w = 7, kh = 4, kw = 3, sh = 2, sw = 3, ph = 1, pw = 0},
  {name = 'gaps between windows', b = 1, c = 1, h = 10, w = 10, kh = 2, kw = 1, sh = 4, sw = 3, ph = 0, pw = 0},
}

local function out_size(n, k, s, p, ceil)
  local out = (ceil and math.ceil or math.floor)((n + 2 * p - k) / s) + 1
  return (out - 1) * s >= n + p and out - 1 or out
end

-- Calls visit(y index, list of x indices inside the window, positions counted with padding), 0-based.
local function each_window(p, visit)
  for plane = 0, p.b * p.c - 1 do
    for i = 0, p.oh - 1 do
      for j = 0, p.ow - 1 do
        local inside, counted = {}, 0
        for y = i * p.sh - p.ph, math.min(i * p.sh - p.ph + p.kh, p.h + p.ph) - 1 do
          for x = j * p.sw - p.pw, math.min(j * p.sw - p.pw + p.kw, p.w + p.pw) - 1 do
            counted = counted + 1
            if y >= 0 and y < p.h and x >= 0 and x < p.w then
              inside[#inside + 1] = (plane * p.h + y) * p.w + x
            end
          end
        end
        visit((plane * p.oh + i) * p.ow + j, inside, counted)
      end
    end
  end
end

local function prepare(backend, p, kind, seed)
  local number = helper.numbers(seed)
  p.oh, p.ow = out_size(p.h, p.kh, p.sh, p.ph, p.ceil), out_size(p.w, p.kw, p.sw, p.pw, p.ceil)
  local function sizes(h, w) return p.b > 1 and {p.b, p.c, h, w} or {p.c, h, w} end
  local x = view.new(backend, kind, sizes(p.h, p.w), function() return math.floor(number(-4, 4)) end) -- many ties
  local gy = view.new(backend, kind, sizes(p.oh, p.ow), function() return number(-1, 1) end)
  return x, gy, view.new(backend, kind, sizes(p.oh, p.ow)), view.new(backend, 'long', sizes(p.oh, p.ow))
end

local function assert_near(expected, got, tolerance)
  for i, value in ipairs(got:list()) do assert.near(expected[i] or 0, value, tolerance, 'at ' .. i) end
end

local function add_to(list, i, value) list[i + 1] = (list[i + 1] or 0) + value end

describe('pooling', function()
  helper.each_backend(function(backend)
    local function call(name, ...) view.call(backend, name, ...) end

    for seed, p in ipairs(cases) do
      for _, kind in ipairs {'float', 'double'} do
        local tolerance = kind == 'float' and 1e-6 or 1e-14

        it(('max, %s: %s'):format(kind, p.name), function()
          local x, gy, y, index = prepare(backend, p, kind, seed)
          local expected, places, gradient = {}, {}, {}
          each_window(p, function(at, inside)
            local best = inside[1]
            for _, i in ipairs(inside) do
              if x:get(i) > x:get(best) then best = i end
            end
            expected[at + 1], places[at + 1] = x:get(best), best % (p.h * p.w) + 1
            add_to(gradient, best, gy:get(at))
          end)
          call('max_pool', y, index, x, p.kh, p.kw, p.sh, p.sw, p.ph, p.pw)
          assert.same(expected, y:list())
          assert.same(places, index:list())
          call('max_pool_backward', x, gy, index, p.kh, p.kw, p.sh, p.sw, p.ph, p.pw, 0, 0)
          assert_near(gradient, x, tolerance)
        end)

        for count_pad = 0, 1 do
          it(('average, %s: %s, padding counted: %d'):format(kind, p.name, count_pad), function()
            local x, gy, y = prepare(backend, p, kind, seed)
            local expected, gradient = {}, {}
            each_window(p, function(at, inside, counted)
              local n = count_pad == 1 and counted or #inside
              for _, i in ipairs(inside) do
                add_to(expected, at, x:get(i) / n)
                add_to(gradient, i, gy:get(at) / n)
              end
            end)
            call('average_pool', y, x, p.kh, p.kw, p.sh, p.sw, p.ph, p.pw, count_pad)
            assert_near(expected, y, tolerance)
            call('average_pool_backward', x, gy, p.kh, p.kw, p.sh, p.sw, p.ph, p.pw, count_pad)
            assert_near(gradient, x, tolerance)
          end)
        end
      end
    end

    it('agrees with values recorded from Torch', function()
      if not helper.have_shared() then pending('golden data is absent') return end
      local x = view.golden(backend, 'float', 'prim/img_float.npy')
      local average = view.golden(backend, 'float', 'prim/avgpool_3_3_1_1_1_1_float.npy')
      local y = view.new(backend, 'float', {3, 13, 17})
      call('average_pool', y, x, 3, 3, 1, 1, 1, 1, 1)
      assert_near(average:list(), y, 5e-7) -- Torch adds in float
      local most = view.golden(backend, 'float', 'prim/maxpool_ceil_2_2.npy')
      y = view.new(backend, 'float', {3, 7, 9})
      call('max_pool', y, view.new(backend, 'long', {3, 7, 9}), x, 2, 2, 2, 2, 0, 0)
      assert.same(most:list(), y:list())
    end)

    for _, kind in ipairs {'float', 'double'} do
      it('max, backwards: a part is that part of the whole, ' .. kind, function()
        local number = helper.numbers(5)
        local function draw() return number(-1, 1) end
        local x, y = view.new(backend, kind, {2, 9, 13}, draw), view.new(backend, kind, {2, 5, 7})
        local gy, index = view.new(backend, kind, {2, 5, 7}, draw), view.new(backend, 'long', {2, 5, 7})
        call('max_pool', y, index, x, 2, 2, 2, 2, 0, 0)
        call('max_pool_backward', x, gy, index, 2, 2, 2, 2, 0, 0, 0, 0)
        local function at(c, row, column, rows, columns) return (c * rows + row) * columns + column end
        -- windows 1..3 of rows, 2..6 of columns: inputs from (2, 4) on
        local part, places = view.new(backend, kind, {2, 3, 5}), view.new(backend, 'long', {2, 3, 5}, 0, 'rows')
        for c = 0, 1 do
          for i = 0, 2 do
            for j = 0, 4 do
              part:set(at(c, i, j, 3, 5), gy:get(at(c, i + 1, j + 2, 5, 7)))
              places:set(at(c, i, j, 3, 5), index:get(at(c, i + 1, j + 2, 5, 7)))
            end
          end
        end
        local gx = view.new(backend, kind, {2, 6, 9}, 9)
        call('max_pool_backward', gx, part, places, 2, 2, 2, 2, 0, 0, 13, 2 * 13 + 4)
        for c = 0, 1 do
          for i = 0, 5 do
            for j = 0, 8 do assert.equal(x:get(at(c, i + 2, j + 4, 9, 13)), gx:get(at(c, i, j, 6, 9))) end
          end
        end
      end)
    end

    it('does not follow a wrong index out of the map', function()
      local gx = view.new(backend, 'float', {1, 4, 4}, 7)
      local index = view.new(backend, 'long', {1, 2, 2}, {-5, 0, 17, 2 ^ 40})
      call('max_pool_backward', gx, view.new(backend, 'float', {1, 2, 2}, 1), index, 2, 2, 2, 2, 0, 0, 0, 0)
      assert_near({}, gx, 0)
    end)

    it('names what does not fit', function()
      local x, y = view.new(backend, 'float', {3, 7, 9}), view.new(backend, 'float', {3, 3, 4})
      local index = view.new(backend, 'long', {3, 3, 4})
      local apart = view.new(backend, 'float', {3, 7, 9}, 0, true)
      assert.error_matches(function() call('max_pool', y, index, x, 2, 2, 1, 2, 0, 0) end,
                           'sizes do not fit: 3x7x9 float, pooled 3x3x4 float, kernel 2 x 2, stride 1 x 2')
      assert.error_matches(function() call('max_pool', y, index, x, 2, 2, 2, 2, 2, 0) end, 'sizes do not fit')
      assert.error_matches(function() call('average_pool', y, apart, 2, 2, 2, 2, 0, 0, 0) end, 'must be contiguous')
      x, y = view.new(backend, 'int', {3, 7, 9}), view.new(backend, 'int', {3, 3, 4})
      assert.error_matches(function() call('average_pool', y, x, 2, 2, 2, 2, 0, 0, 0) end,
                           'pooling takes float or double')
    end)
  end)
end)
