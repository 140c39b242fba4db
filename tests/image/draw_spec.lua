-- image.drawRect: which pixels it sets, of which number type.
local helper = require 'helper'
require 'image'

-- Where the first map of a 3 x 5 x 6 picture is not black, after a frame is drawn.
local function drawn(...)
  local lines = {}
  for y, row in ipairs(image.drawRect(torch.zeros(3, 5, 6), ...)[1]:ne(0):totable()) do lines[y] = table.concat(row) end
  return table.concat(lines, ' ')
end

describe('image.drawRect', function()
  it('draws lines around the pixels named', function()
    assert.equal('000000 011110 010010 011110 000000', drawn(2, 2, 5, 4))
    assert.equal('111110 111110 111110 111110 000000', drawn(2, 2, 5, 4, {lineWidth = 2}))
    assert.equal('000000 000011 000010 000010 000010', drawn(5, 2, 9, 9))
    assert.equal('000000 010010 010010 010010 000000', drawn(5, 2, 2, 4)) -- corners the wrong way round
    assert.equal('000000 000000 000000 000000 000000', drawn(2, 2))
  end)

  it('takes colours of 0 to 255 for any type, and leaves the picture alone or does not', function()
    local picture = torch.zeros(3, 4, 4)
    assert.near(0.2, image.drawRect(picture, 1, 1, 4, 4, {color = {0, 51, 0}})[2][1][1], 1e-12)
    assert.equal(0, picture:sum())
    assert.equal(picture, image.drawRect(picture, 1, 1, 4, 4, {inplace = true}))
    assert.equal(1, picture[1][4][4])
    assert.equal(51, image.drawRect(picture:byte(), 1, 1, 4, 4, {color = {51, 0, 0}})[1][1][1])
    helper.fails('a picture of 3xHxW expected', image.drawRect, torch.zeros(4, 4), 1, 1, 2, 2)
  end)
end)
