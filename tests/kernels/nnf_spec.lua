-- Nearest-neighbour fields: refinement, ring mask, upsampling, against their definitions and recorded fields.
local helper = require 'helper'
local view = require 'view'

-- A plain-number copy of a field.
local function field_of(v)
  local t, list = v.tensor, v:list()
  return {h = tonumber(t.sizes[0]), w = tonumber(t.sizes[1]), list = list}
end

-- q_d = corr(p + d) - d, or nil beyond the field.
local function proposal(corr, y, x, dy, dx)
  if y + dy < 0 or y + dy >= corr.h or x + dx < 0 or x + dx >= corr.w then return nil end
  local i = 2 * ((y + dy) * corr.w + x + dx)
  return corr.list[i + 2] - dy, corr.list[i + 1] - dx
end

local function refined(initial, guide, mask, h2, w2, patch)
  local corr, r, out = field_of(initial), math.floor((patch - 1) / 2), initial:list()
  local function colours(qy, qx, py, px)
    local sum = 0
    for c = 0, 2 do sum = sum + (guide:get((c * h2 + qy) * w2 + qx) - guide:get((c * h2 + py) * w2 + px)) ^ 2 end
    return math.sqrt(sum)
  end
  local function cost(y, x, qy, qx)
    local sum, count = 0, 0
    for dx = -r, r do
      for dy = -r, r do
        local v, u = proposal(corr, y, x, dy, dx)
        if v and v >= 0 and v < h2 and u >= 0 and u < w2 then sum, count = sum + colours(qy, qx, v, u), count + 1 end
      end
    end
    return sum / count
  end
  for p = 0, corr.h * corr.w - 1 do
    local x, least = p % corr.w, math.huge
    local y = (p - x) / corr.w
    for d = 0, mask:get(p) > 0 and patch * patch - 1 or -1 do
      local dx, dy = math.floor(d / patch) - r, d % patch - r
      local v, u = proposal(corr, y, x, dy, dx)
      if v and u >= r and u <= w2 - r - 2 and v >= r and v <= h2 - r - 2 then
        local now = cost(y, x, v, u)
        if now < least - 1e-7 then least, out[2 * p + 1], out[2 * p + 2] = now, u, v end
      end
    end
  end
  return out
end

helper.each_backend(function(backend)
  describe('nearest-neighbour fields on ' .. backend.name, function()
    local number = helper.numbers(11)
    local function whole(low, high) return math.floor(number(low, high)) end
    -- Smooth enough that neighbours agree, with jumps and with targets up to the border.
    local function random_field(h, w, h2, w2)
      return view.new(backend, 'int', {h, w, 2}, function(i)
        local x, y = math.floor(i / 2) % w, math.floor(i / 2 / w)
        if number(0, 1) < 0.3 then return whole(0, i % 2 == 0 and w2 or h2) end
        return math.min(i % 2 == 0 and x or y, (i % 2 == 0 and w2 or h2) - 1)
      end)
    end
    local function random_mask(h, w) return view.new(backend, 'int', {h, w}, function() return whole(-1, 3) end) end

    it('choose the proposal that agrees best with the others', function()
      for _, case in ipairs {{9, 11, 10, 12, 5}, {8, 7, 8, 7, 3}, {5, 6, 4, 3, 5}, {6, 6, 9, 5, 1}} do
        local h, w, h2, w2, patch = unpack(case)
        local initial, mask, corr = random_field(h, w, h2, w2), random_mask(h, w), view.new(backend, 'int', {h, w, 2})
        local guide = view.new(backend, 'float', {3, h2, w2}, function() return number(0, 1) end)
        view.call(backend, 'nnf_refine', corr, initial, guide, mask, patch)
        assert.same(refined(initial, guide, mask, h2, w2, patch), corr:list())
      end
    end)

    it('keep the first of equal proposals and survive targets outside the map', function()
      local targets = {4, 3, 2147483647, -2147483648}
      local initial = view.new(backend, 'int', {7, 8, 2}, function(i) return targets[i % 4 + 1] end)
      local guide, mask = view.new(backend, 'float', {3, 7, 8}, 0.5), view.new(backend, 'int', {7, 8}, 1)
      local corr = view.new(backend, 'int', {7, 8, 2})
      view.call(backend, 'nnf_refine', corr, initial, guide, mask, 3)
      assert.same(refined(initial, guide, mask, 7, 8, 3), corr:list())
    end)

    it('mark squares around the matches of masked positions', function()
      for _, radius in ipairs {0, 1, 3} do
        local h, w, h2, w2 = 5, 4, 9, 8
        local corr, mask = random_field(h, w, h2, w2), random_mask(h, w)
        corr:set(0, -40) corr:set(5, 2147483647) mask:set(2, 1)
        local ring, expected = view.new(backend, 'int', {h2, w2}, 5), {}
        view.call(backend, 'nnf_ring_mask', ring, corr, mask, radius)
        for q = 0, h2 * w2 - 1 do
          expected[q + 1] = 0
          for p = 0, h * w - 1 do
            local dx, dy = corr:get(2 * p) - q % w2, corr:get(2 * p + 1) - math.floor(q / w2)
            if mask:get(p) ~= 0 and math.max(math.abs(dx), math.abs(dy)) <= radius then expected[q + 1] = 1 end
          end
        end
        assert.same(expected, ring:list())
      end
    end)

    it('are upsampled with their offsets scaled', function()
      local h, w, h2, w2 = 3, 4, 7, 8
      local coarse, fine = random_field(h, w, h, w), view.new(backend, 'int', {h2, w2, 2})
      view.call(backend, 'nnf_upsample', fine, coarse)
      for i = 0, h2 * w2 * 2 - 1 do
        local p, axis = math.floor(i / 2), i % 2
        local cell = {math.floor((p % w2 + 0.5) / (w2 / w)), math.floor((math.floor(p / w2) + 0.5) / (h2 / h))}
        local from, size = axis == 0 and p % w2 or math.floor(p / w2), axis == 0 and w2 or h2
        local ratio = axis == 0 and w2 / w or h2 / h
        local offset = coarse:get(2 * (cell[2] * w + cell[1]) + axis) - cell[axis + 1]
        local target = math.max(0, math.min(size - 1, math.floor(from + offset * ratio + 0.5)))
        assert.equal(target, fine:get(i), 'element ' .. i)
      end
      coarse:fill(2147483647)
      view.call(backend, 'nnf_upsample', fine, coarse)
      for i = 0, h2 * w2 * 2 - 1 do assert.equal(i % 2 == 0 and w2 - 1 or h2 - 1, fine:get(i)) end
    end)

    it('refuse what does not fit', function()
      local corr, mask = random_field(4, 5, 4, 5), random_mask(4, 5)
      local guide, out = view.new(backend, 'float', {3, 4, 5}), view.new(backend, 'int', {4, 5, 2})
      local function refused(message, ...)
        local arguments = {...}
        assert.error_matches(function() view.call(backend, unpack(arguments)) end, message)
      end
      refused('share a storage', 'nnf_refine', corr, corr, guide, mask, 3)
      refused('mask must be 4x5', 'nnf_refine', out, corr, guide, random_mask(5, 4), 3)
      refused('patch is 0', 'nnf_refine', out, corr, guide, mask, 0)
      refused('guide', 'nnf_refine', out, corr, view.new(backend, 'float', {4, 5}), mask, 3)
      refused('radius is %-1', 'nnf_ring_mask', mask, corr, mask, -1)
      refused('fine must be H x W x 2', 'nnf_upsample', view.new(backend, 'int', {4, 5, 3}), corr)
    end)

    for _, example in ipairs {'idx2', 'idx13'} do
      it('reproduce the recorded ones of ' .. example, function()
        if not helper.have_shared() then return pending('golden data is not here') end
        local function golden(kind, name) return view.golden(backend, kind, example .. '/dump2/' .. name .. '.npy') end
        local initial, expected = golden('int', 'refineNNF_1_in_init_corr'), golden('int', 'refineNNF_1_out')
        local guide, mask = golden('float', 'refineNNF_1_in_guide'), golden('int', 'refineNNF_1_in_tmask')
        local h, w = tonumber(mask.tensor.sizes[0]), tonumber(mask.tensor.sizes[1])
        local corr = view.new(backend, 'int', {h, w, 2})
        view.call(backend, 'nnf_refine', corr, initial, guide, mask, 5)
        assert.same(expected:list(), corr:list())
        local ring = view.new(backend, 'int', {h, w})
        view.call(backend, 'nnf_ring_mask', ring, corr, mask, 1)
        assert.same(golden('int', 'Ring2_1_out'):list(), ring:list())
        for layer = 1, 3 do
          local finer = golden('int', ('upsample_corr_%d_out'):format(layer))
          local t = finer.tensor
          local fine = view.new(backend, 'int', {tonumber(t.sizes[0]), tonumber(t.sizes[1]), 2})
          view.call(backend, 'nnf_upsample', fine, corr)
          assert.same(finer:list(), fine:list())
        end
      end)
    end
  end)
end)
