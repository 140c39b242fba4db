-- Elements picked by masks and lists of indices, and put back: maskedCopy, indexAdd, nonzero.
require 'torch'

local classes = {'Byte', 'Char', 'Short', 'Int', 'Long', 'Float', 'Double', 'Cuda'}

local function byte_mask(t, values)
  local mask = torch.ByteTensor(values)
  return t:type() == 'torch.CudaTensor' and mask:type('torch.CudaByteTensor') or mask
end

describe('maskedCopy', function()
  it('puts the first elements of the source where the mask is 1', function()
    for _, name in ipairs(classes) do
      local t = torch.Tensor({{1, 2, 3}, {4, 5, 6}}):type('torch.' .. name .. 'Tensor'):t() -- 1 4, 2 5, 3 6
      local mask = byte_mask(t, {{0, 1}, {1, 0}, {0, 1}})
      t:maskedCopy(mask, torch.Tensor({7, 8, 9, 10}):typeAs(t))
      assert.are.same({{1, 7}, {8, 5}, {3, 9}}, t:double():totable())
      assert.are.same({7, 8, 9}, t:maskedSelect(mask):double():totable())
      t[mask] = torch.Tensor({1, 1, 2}):typeAs(t)
      assert.are.same({{1, 1}, {1, 5}, {3, 2}}, t:double():totable())
      assert.has_error(function() t:maskedCopy(mask, torch.Tensor({7, 8}):typeAs(t)) end)
    end
  end)

  it('goes with masks of another shape, contiguous or not', function()
    local t = torch.range(1, 6):view(2, 3):t()
    local mask = torch.ByteTensor({{1, 9}, {0, 9}, {0, 9}, {1, 9}, {0, 9}, {0, 9}}):select(2, 1)
    assert.are.same({1, 5}, t:maskedSelect(mask):totable())
    t:maskedCopy(mask, torch.Tensor {10, 20})
    assert.are.same({{10, 4}, {2, 20}, {3, 6}}, t:totable())
    t:maskedFill(mask, 0)
    assert.are.same({{0, 4}, {2, 0}, {3, 6}}, t:totable())
  end)
end)

describe('lists of indices', function()
  it('add slices, one after the other where an index repeats', function()
    for _, name in ipairs {'Double', 'Long', 'Cuda'} do
      local t = torch.zeros(3, 2):type('torch.' .. name .. 'Tensor')
      local source = torch.Tensor({{1, 2}, {3, 4}, {5, 6}}):typeAs(t)
      t:indexAdd(1, torch.LongTensor {2, 3, 2}, source)
      assert.are.same({{0, 0}, {6, 8}, {3, 4}}, t:double():totable())
    end
  end)

  it('name the elements that are not 0', function()
    for _, name in ipairs(classes) do
      local t = torch.Tensor({{0, 3, 0}, {5, 0, 7}}):type('torch.' .. name .. 'Tensor')
      assert.are.same({{1, 2}, {2, 1}, {2, 3}}, t:nonzero():long():totable())
      assert.are.same({{1, 2}, {2, 1}, {3, 2}}, torch.nonzero(t:t()):long():totable())
      assert.are.same({{2}}, t[1]:nonzero():long():totable())
      assert.are.equal(0, t:clone():zero():nonzero():nElement())
    end
    local r = torch.LongTensor()
    assert.are.equal(r, torch.Tensor.nonzero(r, torch.Tensor {1}))
  end)

  -- Long lists of narrow slices go another way than short ones: both must do the same.
  it('index, indexCopy and indexFill do the same for long lists, along every dimension, of views too', function()
    for dim = 1, 3 do
      local whole = torch.randn(40, 41, 42)
      local t = whole:narrow(2, 3, 30):transpose(1, 3):narrow(dim, 2, 20):narrow(dim % 3 + 1, 1, 5)
      local other = (dim + 1) % 3 + 1
      t = t:narrow(other, 1, 7)
      local list = torch.LongTensor(60):apply(function() return math.random(1, 20) end)
      local picked = t:index(dim, list)
      for i = 1, 60 do assert.equal(0, (picked:select(dim, i) - t:select(dim, list[i])):abs():max()) end
      local filled, once = t:clone(), torch.randperm(20):long()
      filled:indexFill(dim, list, 9)
      local copied = t:clone():indexCopy(dim, once, t:index(dim, once):mul(2))
      assert.equal(0, (copied - t * 2):abs():max())
      for i = 1, 20 do
        local listed = list:eq(i):sum() > 0
        assert.equal(listed, filled:select(dim, i):eq(9):min() == 1)
      end
      local last = t:clone():indexCopy(dim, list, picked:clone():apply(function() return math.random() end))
      assert.is_true((last - t):abs():max() > 0)
    end
  end)

  it('indexCopy leaves the last of slices that are listed twice', function()
    local t, list, source = torch.zeros(3, 2), torch.LongTensor(30):fill(2), torch.range(1, 60):view(30, 2)
    assert.same({{0, 0}, {59, 60}, {0, 0}}, t:indexCopy(1, list, source):totable())
  end)

  it('index refuses places that are not there, in long lists too', function()
    assert.has_error(function() torch.zeros(3, 2):index(1, torch.LongTensor(30):fill(4)) end)
    assert.has_error(function() torch.zeros(3, 2):index(1, torch.LongTensor(30):fill(0)) end)
  end)
end)
