-- unsup's principal components against variances and directions known in advance.
local unsup = require 'unsup'

describe('unsup.pcacov', function()
  it('finds variances and directions', function()
    torch.manualSeed(5)
    local turn = torch.Tensor {{0.6, -0.8}, {0.8, 0.6}}
    local flat = torch.Tensor {{2, 0}, {-2, 0}, {0, 1}, {0, -1}}
    local values, directions = unsup.pcacov(flat * turn + 7)
    assert.near(2 / 3, values[1], 1e-12)
    assert.near(8 / 3, values[2], 1e-12)
    assert.near(1, math.abs(directions:select(2, 2):dot(turn[1])), 1e-12)
    assert.near(1, math.abs(directions:select(2, 1):dot(turn[2])), 1e-12)
  end)
end)
