-- The grain of a painting: a median, found without sorting it all.
require 'image'
local helper = require 'helper'
local style_level = require 'pen.harmonize.style_level'

-- The same by sorting.
local function sorted_grain(picture)
  local list = {}
  for c = 1, 3 do
    for y = 1, picture:size(2) - 1 do
      for x = 1, picture:size(3) - 1 do
        local here = picture[c][y][x]
        local dx, dy = here - picture[c][y][x + 1], here - picture[c][y + 1][x]
        list[#list + 1] = (dx * dx + dy * dy) / 2
      end
    end
  end
  table.sort(list)
  return list[math.floor((#list + 1) / 2)]
end

describe('grain', function()
  local number = helper.numbers(3)
  local function picture(h, w, draw) return torch.DoubleTensor(3, h, w):apply(draw) end

  it('is the median of squared differences, of small pictures and large ones', function()
    for _, size in ipairs {{5, 6}, {6, 6}, {210, 190}} do
      local p = picture(size[1], size[2], function() return number(0, 1) ^ 3 end)
      assert.near(sorted_grain(p), style_level.grain(p), 1e-15)
    end
  end)

  -- The mean of many equal numbers is often not that number, for rounding.
  it('is found where all values but a few are one', function()
    for _ = 1, 10 do
      local at, even, odd = 0, number(0, 1), number(0, 1)
      local stripes = picture(210, 190, function()
        at = at + 1
        return at % 2 == 0 and even or odd
      end)
      stripes[2][100][100] = stripes[2][100][100] * (1 + 2 ^ -52)
      assert.equal(sorted_grain(stripes), style_level.grain(stripes))
    end
  end)

  it('is found in flat pictures, and in those of two values', function()
    assert.equal(0, style_level.grain(picture(210, 190, function() return 0.25 end)))
    local p = picture(210, 190, function() return number(0, 1) > 0.5 and 1 or 0 end)
    assert.equal(sorted_grain(p), style_level.grain(p))
  end)
end)
