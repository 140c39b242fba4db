-- The matting Laplacian's gradient and the smoothed affine functions, against their formulas in plain Lua.
local helper = require 'helper'
local view = require 'view'

-- ---- the oracle ----

-- A symmetric list of entries for n pixels, in order of rows, some rows empty: {row, column, value}.
local function entries(n, number)
  local list, values = {}, {}
  for row = 1, n do
    for column = 1, n do
      local key = math.min(row, column) * n + math.max(row, column)
      if row % 5 ~= 0 and column % 5 ~= 0 and (row * column) % 3 ~= 1 then
        values[key] = values[key] or number(-1, 1)
        list[#list + 1] = {row, column, values[key]}
      end
    end
  end
  return list
end

-- The number of row-major pixel p (from 0), and back.
local function number_of(p, h, w) return p % w * h + math.floor(p / w) + 1 end
local function pixel_of(number, h, w) return (number - 1) % h * w + math.floor((number - 1) / h) end

-- a' L a for one channel, a function of row-major pixels.
local function form(list, a, h, w)
  local sum = 0
  for _, e in ipairs(list) do sum = sum + a(pixel_of(e[1], h, w)) * e[3] * a(pixel_of(e[2], h, w)) end
  return sum
end

-- x with m x = v, by elimination; both changed.
local function solve(m, v)
  local n, x = #v, {}
  for k = 1, n do
    for i = k + 1, n do
      local factor = m[i][k] / m[k][k]
      for j = k, n do m[i][j] = m[i][j] - factor * m[k][j] end
      v[i] = v[i] - factor * v[k]
    end
  end
  for k = n, 1, -1 do
    x[k] = v[k]
    for j = k + 1, n do x[k] = x[k] - m[k][j] * x[j] end
    x[k] = x[k] / m[k][k]
  end
  return x
end

-- f(q) for the pixels of the window around p, cut at the border.
local function each_near(p, h, w, radius, f)
  local y0, x0 = math.floor(p / w), p % w
  for y = math.max(0, y0 - radius), math.min(h - 1, y0 + radius) do
    for x = math.max(0, x0 - radius), math.min(w - 1, x0 + radius) do f(y * w + x, y - y0, x - x0) end
  end
end

-- {a1, a2, a3, b}: the normal equations of the four together, the ridge on a alone.
local function model(content, target, p, h, w, radius)
  local m, v = {}, {0, 0, 0, 0}
  for i = 1, 4 do
    m[i] = {0, 0, 0, 0}
    if i < 4 then m[i][i] = 0.001 end
  end
  each_near(p, h, w, radius, function(q)
    local z = {content(1, q), content(2, q), content(3, q), 1}
    for i = 1, 4 do
      v[i] = v[i] + z[i] * target(q)
      for j = 1, 4 do m[i][j] = m[i][j] + z[i] * z[j] end
    end
  end)
  return solve(m, v)
end

local function smoothed(models, content, p, h, w, reach, place, colour)
  local sum, weights = {0, 0, 0, 0}, 0
  each_near(p, h, w, reach, function(q, dy, dx)
    local d = 0
    for c = 1, 3 do d = d + (content(c, q) - content(c, p)) ^ 2 / 3 end
    local weight = reach == 0 and 1 or math.exp(-(dx * dx + dy * dy) / (2 * place ^ 2) - d / (2 * colour ^ 2))
    for i = 1, 4 do sum[i] = sum[i] + weight * models[q][i] end
    weights = weights + weight
  end)
  return (sum[1] * content(1, p) + sum[2] * content(2, p) + sum[3] * content(3, p) + sum[4]) / weights
end

helper.each_backend(function(backend)
  describe('matting on ' .. backend.name, function()
    local h, w, n = 5, 4, 20

    local function noise(number, low, high) return function() return number(low, high) end end

    local function laplacian(list)
      local function part(kind, i)
        return view.new(backend, kind, {#list}, function(k) return list[k + 1][i] end)
      end
      return part('int', 1), part('int', 2), part('float', 3)
    end

    it('has the gradient of the quadratic form of the Laplacian', function()
      local number = helper.numbers(17)
      local list = entries(n, number)
      local a, r = view.new(backend, 'float', {2, h, w}, noise(number, 0, 1)), view.new(backend, 'float', {2, h, w}, 7)
      view.call(backend, 'laplacian_gradient', r, a, laplacian(list))
      for c = 0, 1 do
        for p = 0, n - 1 do
          local sum, step = 0, 1e-3
          for _, e in ipairs(list) do
            if e[1] == number_of(p, h, w) then sum = sum + 2 * e[3] * a:get(c * n + pixel_of(e[2], h, w)) end
          end
          assert.near(sum, r:get(c * n + p), 1e-5)
          local function moved(by) return function(q) return a:get(c * n + q) + (q == p and by or 0) end end
          local slope = (form(list, moved(step), h, w) - form(list, moved(-step), h, w)) / (2 * step)
          assert.near(slope, r:get(c * n + p), 1e-5)
        end
      end
    end)

    it('smooths the affine functions that fit best', function()
      local number = helper.numbers(29)
      for _, case in ipairs {{1, 2, 0.7, 0.2}, {1, 0, 0, 0}, {2, 3, 1, 0.05}, {0, 1, 1, 1}} do
        local radius, reach, place, colour = unpack(case)
        local content = view.new(backend, 'float', {3, h, w}, noise(number, 0, 1))
        local target = view.new(backend, 'float', {3, h, w}, noise(number, 0, 1))
        local r = view.new(backend, 'float', {3, h, w}, 7)
        view.call(backend, 'local_affine', r, target, content, radius, reach, place, colour)
        local function at(c, q) return content:get((c - 1) * n + q) end
        for c = 0, 2 do
          local models = {}
          for q = 0, n - 1 do
            models[q] = model(at, function(i) return target:get(c * n + i) end, q, h, w, radius)
          end
          for q = 0, n - 1 do
            assert.near(smoothed(models, at, q, h, w, reach, place, colour), r:get(c * n + q), 1e-5)
          end
        end
      end
    end)

    it('gives back a target that is an affine function, and a mean where the content is flat', function()
      local number = helper.numbers(3)
      local content = view.new(backend, 'float', {3, h, w}, noise(number, 0, 1))
      local target = view.new(backend, 'float', {3, h, w}, function(i) return 0.25 + 0.5 * content:get(i) end)
      local r = view.new(backend, 'float', {3, h, w})
      view.call(backend, 'local_affine', r, target, content, 1, 2, 1, 0.1)
      for i = 0, 3 * n - 1 do assert.near(target:get(i), r:get(i), 0.01) end
      content:fill(0.5)
      view.call(backend, 'local_affine', r, target, content, 1, 0, 0, 0)
      for p = 0, n - 1 do
        local sum, count = 0, 0
        each_near(p, h, w, 1, function(q) sum, count = sum + target:get(q), count + 1 end)
        assert.near(sum / count, r:get(p), 1e-6)
      end
    end)

    it('refuses what does not fit', function()
      local a, r = view.new(backend, 'float', {3, h, w}), view.new(backend, 'float', {3, h, w})
      local function refused(message, name, ...)
        local arguments = {...}
        assert.error_matches(function() view.call(backend, name, unpack(arguments)) end, message)
      end
      local good = {{1, 1, 1}, {1, 2, 1}, {n, n, 1}}
      view.call(backend, 'laplacian_gradient', r, a, laplacian(good))
      refused('1 of 3 entries', 'laplacian_gradient', r, a, laplacian {{1, 1, 1}, {2, 1, 1}, {1, 2, 1}})
      refused('2 of 3 entries', 'laplacian_gradient', r, a, laplacian {{0, 1, 1}, {1, n + 1, 1}, {2, 2, 1}})
      local short = view.new(backend, 'int', {2}, 1)
      refused('differ in length', 'laplacian_gradient', r, a, short, select(2, laplacian(good)))
      refused('2 channels', 'local_affine', r, a, view.new(backend, 'float', {2, h, w}), 1, 1, 1, 1)
      refused('radius is %-1', 'local_affine', r, a, a, -1, 1, 1, 1)
      refused('reach is 65', 'local_affine', r, a, a, 1, 65, 1, 1)
      refused('deviations 0 and 1', 'local_affine', r, a, a, 1, 1, 0, 1)
    end)
  end)
end)
