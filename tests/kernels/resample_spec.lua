-- pen_scale against a plain oracle in double, against values worked out by hand, and against the original's output.
local helper = require 'helper'
local view = require 'view'

local number = helper.numbers(5)
local simple, bilinear, bicubic = 0, 1, 2

-- One line of samples (1-based list) to m targets.
local oracle = {}

oracle[bilinear] = function(s, m)
  local n, out = #s, {}
  for i = 0, m - 1 do
    if m > n then
      local p = n == 1 and 0 or i * (n - 1) / (m - 1)
      local k = math.min(math.floor(p), n - 1)
      out[i + 1] = s[k + 1] + (p - k) * ((s[k + 2] or s[k + 1]) - s[k + 1])
    else -- the mean over [i n/m, (i+1) n/m)
      local from, to, sum = i * n / m, (i + 1) * n / m, 0
      for k = 0, n - 1 do sum = sum + s[k + 1] * math.max(0, math.min(k + 1, to) - math.max(k, from)) end
      out[i + 1] = sum / (to - from)
    end
  end
  return out
end

oracle[bicubic] = function(s, m)
  local n, out = #s, {}
  if n == 1 or n == m then
    for i = 1, m do out[i] = s[n == 1 and 1 or i] end
    return out
  end
  for i = 0, m - 2 do
    local p = i * (n - 1) / (m - 1)
    local k = math.min(math.floor(p), n - 2)
    local x, p1, p2 = p - k, s[k + 1], s[k + 2]
    local p0, p3 = s[k] or 2 * p1 - p2, s[k + 3] or 2 * p2 - p1
    local tangent1, tangent2 = (p2 - p0) / 2, (p3 - p1) / 2
    out[i + 1] = (2 * x ^ 3 - 3 * x ^ 2 + 1) * p1 + (x ^ 3 - 2 * x ^ 2 + x) * tangent1
      + (3 * x ^ 2 - 2 * x ^ 3) * p2 + (x ^ 3 - x ^ 2) * tangent2
  end
  out[m] = s[n]
  return out
end

-- planes x h x w list to planes x height x width, rows first.
local function scaled(list, planes, h, w, height, width, method)
  local out = {}
  for plane = 0, planes - 1 do
    local rows = {}
    for y = 0, h - 1 do
      local line = {}
      for x = 1, w do line[x] = list[(plane * h + y) * w + x] end
      rows[y + 1] = oracle[method](line, width)
    end
    for x = 1, width do
      local column = {}
      for y = 1, h do column[y] = rows[y][x] end
      for y, value in ipairs(oracle[method](column, height)) do
        out[((plane * height) + y - 1) * width + x] = value
      end
    end
  end
  return out
end

local near = helper.near

helper.each_backend(function(backend)
  describe('scaling on ' .. backend.name, function()
    local function scale(a, kind, sizes, method, strided)
      local r = view.new(backend, kind, sizes, -1, strided)
      view.call(backend, 'scale', r, a, method)
      return r:list()
    end

    it('agrees with the oracle in both directions and mixed', function()
      for _, kind in ipairs {'float', 'double'} do
        for _, method in ipairs {bilinear, bicubic} do
          for _, size in ipairs {{7, 9}, {3, 4}, {5, 6}, {11, 3}, {2, 12}, {1, 1}, {5, 11}} do
            for _, strided in ipairs {false, true} do
              local a = view.new(backend, kind, {2, 5, 6}, function() return number(-1, 1) end, strided)
              local expected = scaled(a:list(), 2, 5, 6, size[1], size[2], method)
              near(expected, scale(a, kind, {2, size[1], size[2]}, method, strided), 3e-6)
            end
          end
        end
      end
    end)

    it('repeats a single sample', function()
      local a = view.new(backend, 'float', {1, 1}, 0.25)
      for _, method in ipairs {simple, bilinear, bicubic} do
        near({0.25, 0.25, 0.25, 0.25, 0.25, 0.25}, scale(a, 'float', {2, 3}, method), 0)
      end
    end)

    it('gives the values that the original gives for small lines', function()
      local function line(kind, list, m, method)
        return scale(view.new(backend, kind, {1, #list}, list), kind, {1, m}, method)
      end
      local ten = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
      near({1.8, 4.2, 6.8, 9.2}, line('double', ten, 4, bilinear), 1e-6)
      near({1, 1.5, 2, 2.5, 3, 3.5, 4}, line('double', {1, 2, 3, 4}, 7, bilinear), 1e-6)
      near({1, 3, 6, 8}, line('double', ten, 4, simple), 0)
      near({1, 1, 1, 2, 2, 3, 3, 3, 4, 4}, line('double', {1, 2, 3, 4}, 10, simple), 0)
      near({1, 1.4375, 2, 3.1875, 4, 3.25, 2}, line('double', {1, 2, 4, 2}, 7, bicubic), 1e-6)
      near({0, 0, 9, 32}, line('byte', {0, 1, 32}, 4, bicubic), 0)
      near({1, 2, 2}, line('byte', {1, 2}, 3, bilinear), 0)
    end)

    it('agrees with the original on random pictures', function()
      if not helper.have_shared() then return pending('no golden data') end
      local img = view.golden(backend, 'double', 'prim/img.npy')
      local bytes = view.new(backend, 'byte', {13, 17}, function(i) return img:get(i) > 0.5 and 1 or 0 end)
      local cases = {
        {'double_bilinear', bilinear, 3}, {'float_bilinear', bilinear, 3}, {'double_simple', simple, 3},
        {'float_simple', simple, 3}, {'float2d_default', bilinear, 2}, {'byte_simple', simple, 2},
      }
      local sizes = {{8, 6}, {9, 7}, {17, 13}, {25, 20}, {34, 26}, {40, 13}, {17, 30}, {5, 29}}
      for _, case in ipairs(cases) do
        local name, method, ndim = unpack(case)
        local kind = name:match('^%a+')
        for _, size in ipairs(sizes) do
          local file = ('scale_%s_w%d_h%d.npy'):format(name, size[1], size[2])
          local golden = helper.npy(helper.shared .. '/golden/prim/' .. file)
          local a = kind == 'byte' and bytes or view.new(backend, kind, ndim == 3 and {3, 13, 17} or {13, 17},
            function(i) return img:get(i) end)
          local expected = {}
          for i = 1, golden.n do expected[i] = tonumber(golden.data[i - 1]) end
          near(expected, scale(a, kind, golden.shape, method), kind == 'byte' and 0 or 1e-6)
        end
      end
    end)

    it('refuses other types, other plane counts and unknown methods', function()
      local a = view.new(backend, 'float', {2, 4, 4})
      local function refused(r, source, method, text)
        assert.error_matches(function() view.call(backend, 'scale', r, source, method) end, text)
      end
      refused(view.new(backend, 'float', {3, 4, 4}), a, bilinear, '2 channels, r 3')
      refused(view.new(backend, 'double', {2, 4, 4}), a, bilinear, 'expected float')
      local int = view.new(backend, 'int', {4, 4})
      refused(int, view.new(backend, 'int', {2, 2}), bilinear, 'expected byte, float or double')
      refused(view.new(backend, 'float', {2, 4, 4}), a, 3, 'no such scaling')
      refused(view.new(backend, 'float', {4}), view.new(backend, 'float', {4}), bilinear, '1 dimensions')
    end)
  end)
end)
