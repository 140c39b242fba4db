-- Views in both forms, with and without a result in front; copies that are copies; splitting and storages of storages.
require 'torch'

local a = torch.range(1, 12):view(3, 4)

describe('views', function()
  it('set a result that is given', function()
    local r = torch.Tensor()
    assert.are.equal(r, torch.view(r, a, 4, 3))
    assert.are.same({4, 3}, r:size():totable())
    assert.is_true(r:storage() == a:storage())
    assert.are.same({2, 6}, r:viewAs(a, torch.Tensor(2, 6)):size():totable())
    assert.are.same({2, 3, 4}, r:expand(a:view(1, 3, 4), 2, 3, 4):size():totable())
    assert.are.same({3, 4}, r:expandAs(a:narrow(2, 1, 1), a):size():totable())
    assert.are.same({0, 1}, {r:stride(2), r:size(2) - 3})
    assert.are.same({6, 4}, r:repeatTensor(a, 2, 1):size():totable())
    assert.are.same({{1, 1}, {2, 2}}, torch.repeatTensor(torch.Tensor {{1}, {2}}, 1, 2):totable())
  end)

  it('take negative strides for contiguous ones, as Torch does', function()
    local sizes, storage = torch.LongStorage {2, 3}, torch.Storage(40)
    local function strides(...)
      return torch.Tensor():set(storage, 1, sizes, torch.LongStorage {...}):stride():totable()
    end
    assert.same({3, 1}, strides(-1, -1))
    assert.same({12, 4}, strides(-5, 4))
    assert.same({7, 1}, strides(7, -1))
    assert.same({3, 1}, torch.Tensor():resize(sizes, torch.LongStorage {-1, -1}):stride():totable())
  end)

  it('reshape copies, also what is contiguous', function()
    local b = a:reshape(2, 6)
    b[1][1] = 100
    assert.are.equal(1, a[1][1])
    local r = torch.Tensor()
    assert.are.equal(r, torch.reshape(r, a:t(), 12))
    assert.are.same({1, 5, 9, 2, 6, 10, 3, 7, 11, 4, 8, 12}, r:totable())
  end)

  it('split and chunk into a list that is given', function()
    local list = {'old', 'older', 'oldest', 'still older'}
    local function sizes(views)
      local result = {}
      for i, view in ipairs(views) do result[i] = view:size():totable() end
      return result
    end
    assert.are.equal(list, torch.split(list, a, 3, 2))
    assert.are.same({{3, 3}, {3, 1}}, sizes(list))
    assert.are.same(sizes(a:split(3, 2)), sizes(list))
    assert.are.same({{2, 4}, {1, 4}}, sizes(torch.chunk(list, a, 2, 1)))
    assert.are.same({{2, 4}, {1, 4}}, sizes(a:chunk(2)))
  end)

  it('select a number from a vector', function()
    assert.are.equal(7, a[2]:select(1, 3))
    assert.are.equal(7, torch.select(a, 1, 2):select(1, 3))
    assert.equal(6, torch.Tensor {5, 6, 7}:select(2, 2)) -- whatever the dimension, as in Torch
    assert.has_error(function() torch.Tensor({5, 6, 7}):select(2, 4) end)
  end)

  it('know when two tensors are set to the same', function()
    assert.is_true(a:isSetTo(torch.Tensor():set(a)))
    assert.is_false(a:isSetTo(a:view(4, 3)))
    assert.is_false(torch.Tensor():isSetTo(torch.Tensor()))
  end)

  it('count negative indices from the end', function()
    local t = torch.range(1, 12):view(3, 4)
    assert.same({9, 10, 11, 12}, t[-1]:totable())
    assert.equal(7, t[-2][-2])
    t[-1], t[1][-1] = 0, 5
    assert.same({{1, 2, 3, 5}, {5, 6, 7, 8}, {0, 0, 0, 0}}, t:totable())
    for _, wrong in ipairs {-4, 0, 4, 0 / 0} do
      assert.has_error(function() return t[wrong] end)
      assert.has_error(function() return t[1]:narrow(1, 1, 3)[wrong] end)
    end
    assert.has_error(function() t:select(1, -1) end) -- this is no index
  end)

  it('drop the fractions of positions and sizes', function()
    local t = torch.range(1, 5)
    assert.same({1, 2, 3}, t[{{1.5, 3.9}}]:totable())
    assert.same({2, 3}, t:narrow(1, 2.9, 2.9):totable())
    assert.same({1, 2}, t:sub(1.5, 2.5):totable())
    assert.same({{1, 2}, {2, 3}, {3, 4}, {4, 5}}, t:unfold(1, 2.5, 1.5):totable())
    assert.same({2, 5}, {t[2.7], t[-1.5]})
    assert.same({5, 6, 7, 8}, a:select(1, 2.5):totable())
    assert.same({6, 10}, a[{{2.5, 3}, 2.5}]:totable())
  end)

  it('squeeze into a result that is given', function()
    local r = torch.Tensor()
    assert.equal(r, r:squeeze(torch.ones(1, 2, 1, 3)))
    assert.same({2, 3}, r:size():totable())
    assert.equal(r, torch.squeeze(r, torch.ones(1, 2, 1), 3))
    assert.same({1, 2}, r:size():totable())
    assert.equal(7, torch.squeeze(r, torch.Tensor {{7}}))
    assert.same({7}, r:totable())
  end)

  it('refuse more indices than dimensions', function()
    assert.has_error(function() return a[{1, 1, 1}] end)
    assert.has_error(function() a[{1, 1, {1, 1}}] = 0 end)
    assert.has_error(function() torch.sort(a, torch.Tensor()) end)
  end)
end)

describe('a storage of a storage', function()
  it('shares its elements, keeps it alive, and has a fixed size', function()
    local s = torch.LongStorage {3, 4, 5, 6}
    local view, short = torch.LongStorage(s, 2), torch.LongStorage(s, 2, 2)
    assert.are.same({{4, 5, 6}, {4, 5}}, {view:totable(), short:totable()})
    view[1] = 13
    assert.are.equal(13, s[2])
    s = nil
    collectgarbage()
    collectgarbage()
    assert.are.same({13, 5, 6}, view:totable())
    assert.are.same({5, 6}, torch.LongTensor(view, 2, 2):totable())
    assert.has_error(function() view:resize(10) end)
    assert.has_error(function() torch.LongStorage(view, 5) end)
    assert.has_error(function() torch.LongStorage(view, 2, 3) end)
    assert.has_error(function() torch.IntStorage(view) end)
  end)
end)
