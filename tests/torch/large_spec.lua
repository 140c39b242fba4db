-- Sizes whose products pass 2^31. Most of the memory is never touched, or is the same element again and again.
require 'torch'

describe('more than 2^31 elements', function()
  local ROWS, COLUMNS = 33000, 66000 -- 2 178 000 000

  it('are counted, summed and searched', function()
    local t = torch.ByteTensor {{3}}:expand(ROWS, COLUMNS)
    assert.equal(ROWS * COLUMNS, t:nElement())
    assert.equal(3 * ROWS * COLUMNS, t:sum())
    assert.equal(3, t:select(2, COLUMNS):max())
  end)

  it('are reached on both sides of it', function()
    local n = 2 ^ 31 + 16
    local made, t = pcall(torch.ByteTensor, n)
    if not made then return pending('no room for 2 GB') end
    t[1], t[n], t[2 ^ 31], t[2 ^ 31 + 1] = 1, 2, 3, 4
    assert.same({1, 2, 3, 4}, {t[1], t[n], t[2 ^ 31], t[2 ^ 31 + 1]})
    local last = t:narrow(1, n - 15, 16)
    last:fill(5)
    assert.equal(80, last:sum())
    assert.equal(n - 15, last:storageOffset())
    assert.equal(80, last:clone():view(4, 4):t():contiguous():sum())
    assert.same({5, 3}, t:index(1, torch.LongTensor {n, 2 ^ 31}):totable())
    local rows = t:view(2, n / 2)
    assert.equal(5, rows:select(2, n / 2)[2])
    last:copy(torch.range(1, 16))
    assert.equal(136, rows[2]:narrow(1, n / 2 - 15, 16):double():sum())
    assert.has_error(function() return t[n + 1] end)
  end)

  it('that no memory holds are refused by their size', function()
    local made, why = pcall(torch.FloatTensor, 2 ^ 24, 2 ^ 24)
    assert.is_false(made)
    assert.matches('out of memory: [%d.]+ MB wanted', why)
    assert.has_error(function() torch.FloatTensor(2 ^ 40, 2 ^ 40) end)
  end)
end)
