-- Connected components against a flood fill.
local helper = require 'helper'
local view = require 'view'

-- The area of each position's component, by filling from each position in turn.
local function flood(on, h, w, diagonal)
  local area = {}
  for i = 1, h * w do area[i] = 0 end
  for start = 1, h * w do
    if on[start] ~= 0 and area[start] == 0 then
      local found, next_one = {start}, 1
      area[start] = 1
      while found[next_one] do
        local y, x = math.floor((found[next_one] - 1) / w), (found[next_one] - 1) % w
        for dy = -1, 1 do
          for dx = -1, 1 do
            local i = (y + dy) * w + x + dx + 1
            local inside = y + dy >= 0 and y + dy < h and x + dx >= 0 and x + dx < w
            if inside and (diagonal or dy * dx == 0) and on[i] ~= 0 and area[i] == 0 then
              area[i] = 1
              found[#found + 1] = i
            end
          end
        end
        next_one = next_one + 1
      end
      for _, i in ipairs(found) do area[i] = #found end
    end
  end
  return area
end

describe('component areas', function()
  helper.each_backend(function(backend)
    local function check(h, w, from, strided)
      local mask = view.new(backend, 'byte', {h, w}, from, strided)
      local area = view.new(backend, 'int', {h, w}, 77)
      for diagonal = 0, 1 do
        view.call(backend, 'component_areas', area, mask, diagonal)
        assert.same(flood(mask:list(), h, w, diagonal == 1), area:list())
      end
    end

    for seed, density in ipairs {0.2, 0.45, 0.6, 0.9} do
      it(('of noise of density %g, on %s'):format(density, backend.name), function()
        local number = helper.numbers(seed)
        check(13, 17, function() return number(0, 1) < density and seed or 0 end, seed % 2 == 0)
      end)
    end

    it('of a spiral, where roots join late, on ' .. backend.name, function()
      local spiral = '#########' .. '........#' .. '#######.#' .. '#.....#.#' .. '#.###.#.#' .. '#.#...#.#' ..
        '#.#####.#' .. '#.......#' .. '#########'
      local function on(i) return spiral:sub(i + 1, i + 1) == '#' and 1 or 0 end
      check(9, 9, on)
      check(9, 9, function(i) return 1 - on(i) end, true)
    end)

    it('of nothing, everything, one row and one column, on ' .. backend.name, function()
      check(4, 5, 0)
      check(4, 5, 255, true)
      check(1, 7, function(i) return i % 3 end)
      check(7, 1, function(i) return i % 3 end, true)
    end)

    it('refuses shapes that differ, on ' .. backend.name, function()
      local area, mask = view.new(backend, 'int', {5, 4}), view.new(backend, 'byte', {4, 5})
      assert.error_matches(function() view.call(backend, 'component_areas', area, mask, 0) end, "mask's shape")
    end)
  end)
end)
