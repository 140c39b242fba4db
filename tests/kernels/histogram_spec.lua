-- Histogram, remapping by rank and the histogram loss, against plain loops and the original's recorded tensors.
local ffi = require 'ffi'
local helper = require 'helper'
local view = require 'view'

local number = helper.numbers(23)

local function running_sum(counts, channels, bins)
  local sums = {}
  for c = 0, channels - 1 do
    local sum = 0
    for b = 1, bins do
      sum = sum + counts[c * bins + b]
      sums[c * bins + b] = sum
    end
  end
  return sums
end

-- Value at a rank, by walking the bins.
local function value_at(rank, hist, cumulative, low, high, bins)
  local bin = 0
  while bin < bins - 1 and rank >= cumulative[bin + 1] do bin = bin + 1 end
  local start = bin > 0 and cumulative[bin] or 0
  local ratio = math.min(math.max((rank - start) / (hist[bin + 1] + 1e-8), 0), 1)
  return low + (bin + ratio) * (high - low) / bins
end

-- Rows of a C x K list as separate lists.
local function row(list, c, bins)
  local out = {}
  for b = 1, bins do out[b] = list[c * bins + b] end
  return out
end

helper.each_backend(function(backend)
  describe('histogram on ' .. backend.name, function()
    it('counts where the mask is at least 0.1, clamps, and widens equal bounds', function()
      local features = view.new(backend, 'float', {2, 1, 6}, {0, 1, 2.4, 9, -9, 4, 3, 3, 3, 3, 3, 3})
      local mask = view.new(backend, 'float', {1, 6}, {1, 0.1, 0.5, 1, 1, 0.09})
      local low = view.new(backend, 'float', {2}, {0, 3})
      local high = view.new(backend, 'float', {2, 1}, {4, 3})
      local counts = view.new(backend, 'float', {2, 4}, 7)
      view.call(backend, 'histogram', counts, features, low, high, mask)
      assert.same({2, 1, 1, 1, 0, 0, 5, 0}, counts:list())
    end)

    it('finds the range of each channel where the mask is at least 0.1', function()
      local features = view.new(backend, 'float', {2, 1, 4}, {-3, 5, 2, 9, 7, -1, -1, -8})
      local mask = view.new(backend, 'float', {1, 4}, {1, 0.1, 0.5, 0.09})
      local low, high = view.new(backend, 'float', {2}), view.new(backend, 'float', {2, 1})
      view.call(backend, 'channel_range', low, high, features, mask)
      assert.same({-3, -1}, low:list())
      assert.same({5, 7}, high:list())
    end)

    local C, H, W, K = 3, 41, 67, 16 -- more ranks than a processor takes at once
    local function problem(level)
      local p = {}
      p.features = view.new(backend, 'float', {C, H, W}, function(i) return i % 2 * math.floor(number(0, 90)) / 10 end)
      p.mask = view.new(backend, 'float', {H, W}, function(i) return ({0, 1, 0.05, 0.4, 0.8})[i % 5 + 1] end)
      p.positions = {}
      for i = 0, H * W - 1 do
        if p.mask:get(i) > level then table.insert(p.positions, i) end
      end
      p.list = view.new(backend, 'int', {#p.positions}, p.positions)
      local counts = {}
      for i = 1, C * K do counts[i] = math.max(0, math.floor(number(-3, 8))) end
      local sums = running_sum(counts, C, K)
      for c = 0, C - 1 do
        local scale = #p.positions / sums[c * K + K]
        for b = 1, K do counts[c * K + b] = counts[c * K + b] * scale end
      end
      p.hist = view.new(backend, 'float', {C, K}, counts)
      p.cumulative = view.new(backend, 'float', {C, K}, running_sum(counts, C, K))
      p.low = view.new(backend, 'float', {C}, {0, -1, 2})
      p.high = view.new(backend, 'float', {C}, {5, 1, 2.5})
      return p
    end
    local function expected(p, c, rank)
      return value_at(rank, row(p.hist:list(), c, K), row(p.cumulative:list(), c, K), p.low:get(c), p.high:get(c), K)
    end

    it('hist_match: own gradient and its squares, ties ranked in order of position', function()
      local p = problem(0.1)
      local gradient, loss = view.new(backend, 'float', {C, H, W}, 77), view.new(backend, 'double', {1})
      view.call(backend, 'hist_match', gradient, loss, p.features, p.mask, p.list, p.hist, p.cumulative, p.low, p.high,
        C * H * W)
      local sum = 0
      for c = 0, C - 1 do
        local function f(at) return p.features:get(c * H * W + at) end
        table.sort(p.positions, function(a, b) return f(a) < f(b) or f(a) == f(b) and a < b end)
        for rank, at in ipairs(p.positions) do
          local d = f(at) - expected(p, c, rank - 1)
          sum = sum + d * d
          assert.near(d, gradient:get(c * H * W + at), 2e-6)
        end
        for at = 0, H * W - 1 do
          local m = p.mask:get(at)
          if m == 0 then assert.equal(77, gradient:get(c * H * W + at)) end
          if m > 0 and m < 0.1 then assert.equal(0, gradient:get(c * H * W + at)) end
        end
      end
      assert.near(sum / (C * H * W), loss:get(0), 1e-5 * sum / (C * H * W))
    end)

    it('hist_remap: the same values from a sort of the whole map', function()
      local p = problem(0.1)
      local n = H * W
      local sorted, order = {}, {}
      for c = 0, C - 1 do
        local places = {}
        for i = 1, n do places[i] = i end
        local function key(i) return p.mask:get(i - 1) > 0.1 and p.features:get(c * n + i - 1) or -1 end
        table.sort(places, function(a, b) return key(a) < key(b) or key(a) == key(b) and a < b end)
        for i = 1, n do sorted[c * n + i], order[c * n + i] = key(places[i]), places[i] end
      end
      local out = view.new(backend, 'float', {C, H, W}, p.features:list())
      local places = view.new(backend, 'int', {C, n}, order)
      local values = view.new(backend, 'float', {C, n}, sorted)
      view.call(backend, 'hist_remap', out, values, places, p.mask, p.hist, p.cumulative, p.low, p.high, #p.positions)
      local gradient, loss = view.new(backend, 'float', {C, H, W}), view.new(backend, 'double', {1})
      view.call(backend, 'hist_match', gradient, loss, p.features, p.mask, p.list, p.hist, p.cumulative, p.low, p.high,
        C * H * W)
      for i = 0, C * n - 1 do assert.near(p.features:get(i) - gradient:get(i), out:get(i), 1e-6) end
      places:set(5, n + 1)
      assert.error_matches(function()
        view.call(backend, 'hist_remap', out, values, places, p.mask, p.hist, p.cumulative, p.low, p.high, 1)
      end, 'places outside')
    end)

    local function golden(kind, file, sizes)
      return view.golden(backend, kind, 'idx13/' .. file .. '.npy', sizes)
    end

    it('histogram: the counts recorded at relu4_1', function()
      if not helper.have_shared() then return pending('golden data is absent') end
      local counts = view.new(backend, 'float', {128, 256})
      local at = 'dump2/histogram_2_'
      view.call(backend, 'histogram', counts, golden('float', 'dump1/feat_style_relu4_1'),
                golden('float', at .. 'in_min'), golden('float', at .. 'in_max'), golden('float', at .. 'in_mask'))
      assert.same(golden('float', at .. 'out'):list(), counts:list())
    end)

    for call, name in ipairs {'relu4_1', 'relu1_1'} do
      it('remapping: the values recorded at ' .. name .. ', to the bit, from the recorded order', function()
        if not helper.have_shared() then return pending('golden data is absent') end
        local function input(kind, what) return golden(kind, ('dump2/hist_remap2_%d_in_%s'):format(call, what)) end
        local features, mask, order = input('float', 'I'), input('float', 'maskI'), input('int', 'idxI')
        local t = features.tensor
        local out = view.new(backend, 'float', {tonumber(t.sizes[0]), tonumber(t.sizes[1]), tonumber(t.sizes[2])})
        ffi.copy(out.data, features.data, 4 * out.n)
        local hist, cumulative = input('float', 'histJ'), input('float', 'cumJ')
        local low, high = input('float', 'minJ'), input('float', 'maxJ')
        local sorted = view.new(backend, 'float', {tonumber(order.tensor.sizes[0]), tonumber(order.tensor.sizes[1])})
        local count = input('long', 'nI'):get(0)
        view.call(backend, 'hist_remap', out, sorted, order, mask, hist, cumulative, low, high, count)
        local expected = golden('float', ('dump2/hist_remap2_%d_R'):format(call))
        for i = 0, out.n - 1 do
          if expected:get(i) ~= out:get(i) then
            error(('position %d: recorded %.9g, got %.9g'):format(i, expected:get(i), out:get(i)))
          end
        end
      end)
    end
  end)
end)
