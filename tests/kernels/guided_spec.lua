-- The guided filter against its definition written out, with the normal equations solved by elimination.
local helper = require 'helper'
local view = require 'view'

-- x with m x = v; m symmetric and positive definite, changed.
local function solve(m, v)
  for k = 1, 3 do
    for i = k + 1, 3 do
      local factor = m[i][k] / m[k][k]
      for j = k, 3 do m[i][j] = m[i][j] - factor * m[k][j] end
      v[i] = v[i] - factor * v[k]
    end
  end
  local x = {}
  for k = 3, 1, -1 do
    x[k] = v[k]
    for j = k + 1, 3 do x[k] = x[k] - m[k][j] * x[j] end
    x[k] = x[k] / m[k][k]
  end
  return x
end

-- The pixels of the window around p, cut at the border.
local function window(p, h, w, radius)
  local list, y0, x0 = {}, math.floor(p / w), p % w
  for y = math.max(0, y0 - radius), math.min(h - 1, y0 + radius) do
    for x = math.max(0, x0 - radius), math.min(w - 1, x0 + radius) do list[#list + 1] = y * w + x end
  end
  return list
end

local function mean(list, value)
  local sum = 0
  for _, q in ipairs(list) do sum = sum + value(q) end
  return sum / #list
end

-- {a1, a2, a3, b} of the window around p.
local function fit(guide, plane, p, h, w, radius, epsilon)
  local list, n = window(p, h, w, radius), h * w
  local function colour(c) return function(q) return guide:get((c - 1) * n + q) end end
  local means, target = {}, mean(list, plane)
  for c = 1, 3 do means[c] = mean(list, colour(c)) end
  local m, v = {}, {}
  for i = 1, 3 do
    local function off(c, q) return guide:get((c - 1) * n + q) - means[c] end
    m[i] = {}
    for j = 1, 3 do m[i][j] = mean(list, function(q) return off(i, q) * off(j, q) end) + (i == j and epsilon or 0) end
    v[i] = mean(list, function(q) return off(i, q) * (plane(q) - target) end)
  end
  local a = solve(m, v)
  a[4] = target - a[1] * means[1] - a[2] * means[2] - a[3] * means[3]
  return a
end

helper.each_backend(function(backend)
  describe('the guided filter on ' .. backend.name, function()
    local h, w, n = 6, 7, 42

    it('fits the guide window by window', function()
      local number = helper.numbers(23)
      for _, kind in ipairs {'float', 'double'} do
        for radius = 0, 2 do
          local strided = radius == 1
          local guide = view.new(backend, kind, {3, h, w}, function() return number(0, 1) end, strided)
          local p = view.new(backend, kind, {2, h, w}, function() return number(-40, 40) end, not strided)
          local r = view.new(backend, kind, {2, h, w}, 0, strided)
          view.call(backend, 'guided_filter', r, guide, p, radius, 0.01)
          for plane = 0, 1 do
            local fits = {}
            for q = 0, n - 1 do
              fits[q] = fit(guide, function(i) return p:get(plane * n + i) end, q, h, w, radius, 0.01)
            end
            for q = 0, n - 1 do
              local list = window(q, h, w, radius)
              local expected = mean(list, function(i) return fits[i][4] end)
              for c = 1, 3 do
                expected = expected + mean(list, function(i) return fits[i][c] end) * guide:get((c - 1) * n + q)
              end
              assert.near(expected, r:get(plane * n + q), kind == 'float' and 1e-4 or 1e-9)
            end
          end
        end
      end
    end)

    it('keeps a plane that is constant, and may work in place', function()
      local number = helper.numbers(5)
      local guide = view.new(backend, 'double', {3, h, w}, function() return number(0, 1) end)
      local p = view.new(backend, 'double', {1, h, w}, 7)
      view.call(backend, 'guided_filter', p, guide, p, 2, 0.01)
      for i = 0, n - 1 do assert.near(7, p:get(i), 1e-9) end
    end)

    it('refuses what does not fit', function()
      local guide, p = view.new(backend, 'double', {3, h, w}), view.new(backend, 'double', {1, h, w})
      local function refused(message, ...)
        local arguments = {...}
        assert.error_matches(function() view.call(backend, 'guided_filter', unpack(arguments)) end, message)
      end
      refused('guide must be 3x6x7', p, view.new(backend, 'double', {3, w, h}), p, 2, 0.01)
      refused('r and p differ', guide, guide, p, 2, 0.01)
      refused('radius is %-1', p, guide, p, -1, 0.01)
      refused('epsilon is 0', p, guide, p, 2, 0)
    end)
  end)
end)
