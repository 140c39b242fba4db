-- The losses' kernels against plain loops in double, their gradients against directional finite differences.
local ffi = require 'ffi'
local helper = require 'helper'
local view = require 'view'

local number = helper.numbers(17)
local C, H, W = 5, 7, 9
local N = H * W

-- A mask with zeros, fractions below and above 0.1, and ones.
local function mask_values(p) return ({0, 0.05, 0.3, 1, 0, 0.7})[(p * 7 + math.floor(p / 4)) % 6 + 1] end

local function feature_values(i) return i % 3 == 0 and 0 or number(-2, 6) end

local function setup(backend)
  return view.new(backend, 'float', {C, H, W}, feature_values), view.new(backend, 'float', {H, W}, mask_values)
end

-- The places where mask is above level (0), as a list for the kernels.
local function positions(backend, mask, level)
  local all, count = view.new(backend, 'int', {mask.n}), ffi.new('int64_t[1]')
  view.call(backend, 'mask_positions', all, count, mask, level or 0)
  return view.new(backend, 'int', {tonumber(count[0])}, all:list())
end

local function near(expected, actual, tolerance, what)
  local bound = tolerance * math.max(1, math.abs(expected))
  if not (math.abs(expected - actual) <= bound) then
    error(('%s: expected %.9g, got %.9g'):format(what or 'value', expected, actual), 2)
  end
end

-- loss(x) in double from a Lua list; checks gradient . direction against a central difference.
local function check_direction(loss, features, gradient, tolerance)
  local x, direction, dot = features:list(), {}, 0
  for i = 1, #x do
    direction[i] = number(-1, 1)
    dot = dot + direction[i] * gradient[i]
  end
  local function moved(step)
    local y = {}
    for i = 1, #x do y[i] = x[i] + step * direction[i] end
    return loss(y)
  end
  near((moved(1e-4) - moved(-1e-4)) / 2e-4, dot, tolerance, 'directional derivative')
end

local function gram_of(x, mask, scale)
  local g = {}
  for i = 0, C - 1 do
    for j = 0, C - 1 do
      local sum = 0
      for p = 0, N - 1 do sum = sum + x[i * N + p + 1] * x[j * N + p + 1] * mask:get(p) ^ 2 end
      g[i * C + j + 1] = scale * sum
    end
  end
  return g
end

helper.each_backend(function(backend)
  describe('losses on ' .. backend.name, function()
    it('mse: mean and gradient, with a mask and without', function()
      local a, mask = setup(backend)
      local b = view.new(backend, 'float', {C, H, W}, feature_values)
      local mean = view.new(backend, 'double', {1})
      for _, m in ipairs {false, mask} do
        local function weight(p) return m and m:get(p) or 1 end
        local function loss(x)
          local sum = 0
          for i = 0, C * N - 1 do sum = sum + ((x[i + 1] - b:get(i)) * weight(i % N)) ^ 2 end
          return sum / (C * N)
        end
        local gradient = view.new(backend, 'float', {C, H, W}, 9)
        view.call(backend, 'mse', gradient, mean, a, b, m or nil, 0)
        near(loss(a:list()), mean:get(0), 1e-6)
        local chained = {} -- the kernel's gradient is for a*m; one more m makes it one for a
        for i = 0, C * N - 1 do chained[i + 1] = gradient:get(i) * weight(i % N) end
        check_direction(loss, a, chained, 1e-5)
      end
      local flat, other = view.new(backend, 'float', {4}, {1, 2, 3, 4}), view.new(backend, 'float', {4}, {0, 2, 5, 4})
      local gradient = view.new(backend, 'float', {4})
      view.call(backend, 'mse', gradient, mean, flat, other, nil, 0)
      assert.equal(5 / 4, mean:get(0))
      assert.same({0.5, 0, -1, 0}, gradient:list())
    end)

    it('positions: all that are above the level, in order, over many chunks', function()
      local mask = view.new(backend, 'float', {50, 100}, mask_values)
      for _, level in ipairs {0, 0.1, 0.5} do
        local expected = {}
        for p = 0, mask.n - 1 do
          if mask:get(p) > level then expected[#expected + 1] = p end
        end
        assert.same(expected, positions(backend, mask, level):list())
      end
      local count = ffi.new('int64_t[1]', 9)
      view.call(backend, 'mask_positions', view.new(backend, 'int', {5000}), count, mask, 1)
      assert.equal(0, tonumber(count[0]))
    end)

    it('gram: passes over positions that are not on the map', function()
      local features, mask = setup(backend)
      local list, gram = {positions(backend, mask):get(0), -3, N, 2147483647}, {}
      for i, at in ipairs {{list[1]}, list} do
        gram[i] = view.new(backend, 'float', {C, C})
        view.call(backend, 'masked_gram', gram[i], features, mask, view.new(backend, 'int', {#at}, at), 1)
      end
      helper.near(gram[1]:list(), gram[2]:list(), 1e-6)
      local gradient = view.new(backend, 'float', {C, H, W}, 77)
      local places = view.new(backend, 'int', {4}, list)
      view.call(backend, 'masked_gram_backward', gradient, gram[1], features, mask, places, 1)
      for i = 0, C * N - 1 do assert.equal(i % N ~= list[1], gradient:get(i) == 77) end
    end)

    it('gram: symmetric sums over masked positions only', function()
      local features, mask = setup(backend)
      for i = 0, C * N - 1 do
        if mask:get(i % N) == 0 then features:set(i, 0 / 0) end -- must not be read
      end
      local gram = view.new(backend, 'float', {C, C}, 9)
      view.call(backend, 'masked_gram', gram, features, mask, positions(backend, mask), 0.25)
      for i = 0, C * N - 1 do
        if mask:get(i % N) == 0 then features:set(i, 0) end
      end
      for at, value in ipairs(gram_of(features:list(), mask, 0.25)) do near(value, gram:get(at - 1), 1e-5) end
    end)

    it('gram: more columns than one block holds', function()
      local channels, n = 2, 600 * 1000
      local features = view.new(backend, 'float', {channels, 600, 1000}, function(i) return i % 7 - 2 end)
      local mask = view.new(backend, 'float', {600, 1000}, function(p) return p % 5 == 0 and 0 or 1 end)
      local gram = view.new(backend, 'float', {2, 2})
      view.call(backend, 'masked_gram', gram, features, mask, positions(backend, mask), 1 / n)
      local sums = {0, 0, 0, 0}
      for p = 0, n - 1 do
        local a, b, m = features:get(p), features:get(n + p), mask:get(p)
        sums[1], sums[2], sums[4] = sums[1] + a * a * m, sums[2] + a * b * m, sums[4] + b * b * m
      end
      near(sums[1] / n, gram:get(0), 1e-4)
      near(sums[2] / n, gram:get(1), 1e-4)
      near(sums[4] / n, gram:get(3), 1e-4)
      local ones, gradient = view.new(backend, 'float', {2, 2}, 1), view.new(backend, 'float', {2, 600, 1000})
      view.call(backend, 'masked_gram_backward', gradient, ones, features, mask, positions(backend, mask), 0.5)
      for p = 0, n - 1, 997 do
        near((features:get(p) + features:get(n + p)) * mask:get(p), gradient:get(n + p), 1e-5)
      end
    end)

    it('gram backward: the gradient of sum (E .* G), E not symmetric', function()
      local features, mask = setup(backend)
      local e = view.new(backend, 'float', {C, C}, function() return number(-1, 1) end)
      local gradient = view.new(backend, 'float', {C, H, W}, 77)
      view.call(backend, 'masked_gram_backward', gradient, e, features, mask, positions(backend, mask), 0.1)
      local chained = {}
      for i = 0, C * N - 1 do
        local m = mask:get(i % N)
        if m == 0 then assert.equal(77, gradient:get(i)) end
        chained[i + 1] = gradient:get(i) * m
      end
      check_direction(function(x)
        local sum = 0
        for at, value in ipairs(gram_of(x, mask, 0.1)) do sum = sum + value * e:get(at - 1) end
        return sum
      end, features, chained, 1e-4)
    end)

    it('tv: gradient of the interior differences, thin pictures included', function()
      for _, size in ipairs {{3, 6, 8}, {1, 1, 5}, {2, 4, 1}, {1, 2, 2}} do
        local c, h, w = unpack(size)
        local x = view.new(backend, 'float', size, function() return number(-3, 3) end)
        local gradient = view.new(backend, 'float', size, 5)
        view.call(backend, 'tv_gradient', gradient, x)
        check_direction(function(v)
          local sum = 0
          for plane = 0, c - 1 do
            for y = 0, h - 2 do
              for i = plane * h * w + y * w + 1, plane * h * w + y * w + w - 1 do
                sum = sum + ((v[i] - v[i + 1]) ^ 2 + (v[i] - v[i + w]) ^ 2) / 2
              end
            end
          end
          return sum
        end, x, gradient:list(), 1e-5)
      end
    end)

    it('combine: mask, norm, weight, incoming, mask', function()
      local own, mask = setup(backend)
      local incoming = view.new(backend, 'float', {C, H, W}, function() return number(-1, 1) end)
      for norm = 0, 2 do
        for own_mask = 0, 1 do
          for _, m in ipairs {mask, false} do
            local function weight(i) return m and m:get(i % N) or 1 end
            local h, sum = {}, 0
            for i = 0, C * N - 1 do
              h[i] = own:get(i) * (own_mask == 1 and weight(i) or 1)
              if weight(i) ~= 0 then sum = sum + math.abs(h[i]) ^ math.max(norm, 1) end
            end
            local divisor = norm == 0 and 1 or (norm == 1 and sum or math.sqrt(sum)) + 1e-8
            local gradient = view.new(backend, 'float', {C, H, W}, own:list())
            view.call(backend, 'masked_combine', gradient, incoming, m or nil, own_mask, norm, 3)
            for i = 0, C * N - 1 do
              near((3 * h[i] / divisor + incoming:get(i)) * weight(i), gradient:get(i), 1e-6)
            end
          end
        end
      end
    end)

    it('combine: with an incoming part of larger planes', function()
      local own, mask = setup(backend)
      local incoming = view.new(backend, 'float', {C, H, W}, function() return number(-1, 1) end)
      local part = view.new(backend, 'float', {C, H, W}, incoming:list(), 'rows')
      local function copy() return view.new(backend, 'float', {C, H, W}, own:list()) end
      local want, got = copy(), copy()
      view.call(backend, 'masked_combine', want, incoming, mask, 1, 2, 3)
      view.call(backend, 'masked_combine', got, part, mask, 1, 2, 3)
      assert.same(want:list(), got:list())
    end)

    -- Rows that end anywhere in what a processor leaves out at once, which is 32 positions.
    it('combine: far from the mask', function()
      local c, h, w = 3, 31, 37
      local n = h * w
      local function covered(p)
        local y, x = math.floor(p / w), p % w
        return y >= 12 and y < 20 and x >= 9 and x < 17
      end
      local mask = view.new(backend, 'float', {h, w}, function(p) return covered(p) and (p % 3 + 1) / 3 or 0 end)
      local incoming = view.new(backend, 'float', {c, h, w}, function() return number(-1, 1) end)
      local own = view.new(backend, 'float', {c, h, w}, function() return number(-1, 1) end)
      for norm = 0, 2 do
        local sum = 0
        local function h_at(i) return own:get(i) * mask:get(i % n) end
        for i = 0, c * n - 1 do
          if covered(i % n) then sum = sum + math.abs(h_at(i)) ^ math.max(norm, 1) end
        end
        local divisor = norm == 0 and 1 or (norm == 1 and sum or math.sqrt(sum)) + 1e-8
        local start = own:list()
        for i = 1, c * n do start[i] = covered((i - 1) % n) and start[i] or 0 / 0 end
        for _, larger in ipairs {false, 'rows'} do
          local gradient = view.new(backend, 'float', {c, h, w}, start)
          local given = view.new(backend, 'float', {c, h, w}, incoming:list(), larger or nil)
          view.call(backend, 'masked_combine', gradient, given, mask, 1, norm, 3)
          for i = 0, c * n - 1 do
            local m = mask:get(i % n)
            near(m == 0 and 0 or (3 * h_at(i) / divisor + incoming:get(i)) * m, gradient:get(i), 1e-6)
          end
        end
      end
    end)

    it('combine: zero where the mask is zero, whatever stood there', function()
      local own = view.new(backend, 'float', {1, 1, 2}, {0 / 0, 2})
      local incoming = view.new(backend, 'float', {1, 1, 2}, {1 / 0, 1})
      view.call(backend, 'masked_combine', own, incoming, view.new(backend, 'float', {1, 2}, {0, 0.5}), 1, 2, 4)
      assert.same({0, 2.5}, own:list())
    end)

    it('refuses what does not fit, and says what', function()
      local features, mask = setup(backend)
      local wide = view.new(backend, 'float', {H, W + 1}, 1)
      local gram, other = view.new(backend, 'float', {C, C}), view.new(backend, 'float', {C, C + 1})
      local gaps, places = view.new(backend, 'float', {C, H, W}, 0, true), positions(backend, mask)
      local function fails(message, ...)
        local arguments, n = {...}, select('#', ...)
        assert.error_matches(function() view.call(backend, unpack(arguments, 1, n)) end, message)
      end
      fails('mask is 7x10 float, features are 5x7x9 float', 'masked_gram', gram, features, wide, places, 1)
      fails('gram is 5x6', 'masked_gram', other, features, mask, places, 1)
      fails('must be contiguous', 'masked_gram', gram, gaps, mask, places, 1)
      fails('64 positions of a mask of 63', 'masked_gram', gram, features, mask, view.new(backend, 'int', {N + 1}), 1)
      fails('positions has 62 elements, the mask 63', 'mask_positions', view.new(backend, 'int', {N - 1}),
        ffi.new('int64_t[1]'), mask, 0)
      fails('norm is 3', 'masked_combine', features, features, mask, 0, 3, 1)
      fails('differ in shape', 'mse', gram, view.new(backend, 'double', {1}), features, features, nil, 0)
      fails('must not share', 'tv_gradient', features, features)
    end)
  end)
end)
