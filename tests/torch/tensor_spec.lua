-- Constructors, views, indexing, types and sharing of tensors: Torch's semantics.
require 'torch'
local heap = require 'pen.heap'
local pen = require 'pen.ffi'

describe('a tensor', function()
  it('is made from sizes, tables, sizes of others, and storages', function()
    assert.are.same({3, 2}, torch.Tensor(3.7, 2.5):size():totable())
    assert.are.same({{1, 2}, {3, 4}}, torch.IntTensor {{1, 2}, {3, 4}}:totable())
    local a = torch.FloatTensor(2, 3)
    assert.are.same({2, 3}, a.new(#a):size():totable())
    assert.are.equal('torch.FloatTensor', torch.type(a.new(#a)))
    assert.are.equal(0, torch.Tensor():nElement())
    local s = torch.DoubleStorage {1, 2, 3, 4, 5, 6}
    assert.are.same({{2, 3}, {4, 5}}, torch.DoubleTensor(s, 2, 2, 2, 2, 1):totable())
    assert.has_error(function() torch.Tensor {{1, 2}, {3}} end)
    assert.has_error(function() torch.Tensor {'a'} end)
    assert.has_error(function() torch.FloatTensor(2 ^ 40, 2 ^ 40) end)
  end)

  it('shares its elements with views', function()
    local a = torch.range(1, 24):view(2, 3, 4)
    a:select(1, 2):fill(0)
    a[{{}, {2, 3}, {-1, -1}}] = 7
    assert.are.same({{1, 2, 3, 4}, {5, 6, 7, 7}, {9, 10, 11, 7}}, a[1]:totable())
    assert.are.same({{0, 0, 0, 0}, {0, 0, 0, 7}, {0, 0, 0, 7}}, a[2]:totable())
    local t = a:transpose(2, 3)
    assert.is_false(t:isContiguous())
    assert.are.same(t:totable(), t:contiguous():totable())
    assert.has_error(function() t:view(24) end)
    assert.are.equal(a:size(3), a:narrow(2, 1, 2):size(3))
  end)

  it('indexes by number, by table and by mask', function()
    local a = torch.Tensor {{1, 2, 3}, {4, 5, 6}}
    assert.are.equal(6, a[2][3])
    assert.are.equal(6, a[{2, 3}])
    assert.are.same({4, 5, 6}, a[{2, {}}]:totable())
    assert.are.same({{5, 6}}, a[{{2}, {2, -1}}]:totable())
    assert.are.same({4, 5, 6}, a[a:gt(3)]:totable())
    assert.has_error(function() return a[3] end)
    assert.has_error(function() return a[{{2, 1}}] end)
    assert.has_error(function() return a[1][4] end)
  end)

  it('expands, repeats, unfolds and concatenates', function()
    local a = torch.Tensor {{1}, {2}}
    assert.are.same({{1, 1, 1}, {2, 2, 2}}, a:expand(2, 3):totable())
    assert.are.same({{{1, 1}, {2, 2}}, {{1, 1}, {2, 2}}}, a:repeatTensor(2, 1, 2):totable())
    assert.are.same({{1, 2}, {3, 4}}, torch.range(1, 5):unfold(1, 2, 2):totable())
    assert.are.same({{1, 1}, {2, 2}}, torch.cat(a, a):totable())
    assert.are.same({{1}, {2}, {1}, {2}}, torch.cat(a, a, 1):totable())
    assert.has_error(function() a:expand(3, 3) end)
    assert.has_error(function() a:expandAs(torch.Tensor(2)) end)
  end)

  it('keeps its storage when it is resized to fewer elements', function()
    local a = torch.range(1, 6)
    local b = a:view(2, 3)
    a:resize(4)
    a[1] = 9
    assert.are.equal(9, b[1][1])
    a:resize(10):zero()
    assert.are.equal(0, b[2][3]) -- the block moved, and b with it
  end)

  it('converts only when the type differs', function()
    local a = torch.FloatTensor(3):fill(1.5)
    assert.is_true(rawequal(a, a:float()))
    assert.is_false(rawequal(a, a:double()))
    assert.are.equal('torch.LongTensor', torch.type(a:long()))
    assert.has_error(function() a:type('torch.NoTensor') end)
  end)

  it('is equal to itself only, and carries operators', function()
    local a = torch.Tensor {1, 2}
    assert.is_true(a == a)
    assert.is_false(a == a:clone())
    assert.is_false(a == 1)
    assert.are.same({0, -1}, (1 - a):totable())
    assert.are.same({3, 4}, (a + 2):totable())
    assert.are.same({0.5, 1}, (a / 2):totable())
    assert.are.same({-1, -2}, (-a):totable())
    assert.are.equal(5, a * a)
    assert.has_error(function() return 1 / a end)
  end)

  it('multiplies matrices', function()
    local a, b = torch.Tensor {{1, 2}, {3, 4}, {5, 6}}, torch.Tensor {{1, 0, 2}, {0, 1, 3}}
    assert.are.same({{1, 2, 8}, {3, 4, 18}, {5, 6, 28}}, (a * b):totable())
    assert.are.same({{1, 2, 8}, {3, 4, 18}, {5, 6, 28}}, torch.mm(b:t(), a:t()):t():totable())
    assert.are.same({5, 11, 17}, torch.mv(a, torch.Tensor {1, 2}):totable())
    assert.are.same({{3, 5}, {7, 9}},
      torch.addmm(torch.Tensor(2, 2):fill(1), 2, torch.eye(2), torch.Tensor {{1, 2}, {3, 4}}):totable())
    assert.has_error(function() torch.mm(a, a) end)
  end)

  it('selects rows by a list', function()
    local a = torch.Tensor {{1, 2}, {3, 4}, {5, 6}}
    assert.are.same({{5, 6}, {1, 2}}, a:index(1, torch.LongTensor {3, 1}):totable())
  end)

  it('sorts along any dimension', function()
    local values, order = torch.sort(torch.Tensor {{3, 1, 2}, {1, 3, 2}}, 2)
    assert.are.same({{1, 2, 3}, {1, 2, 3}}, values:totable())
    assert.are.same({{2, 3, 1}, {1, 3, 2}}, order:totable())
    assert.are.same({{3, 3, 2}, {1, 1, 2}}, (torch.sort(torch.Tensor {{3, 1, 2}, {1, 3, 2}}, 1, true)):totable())
  end)

  it('frees its memory', function()
    jit.flush() -- compiled traces keep objects
    heap.collect()
    local before = heap.bytes(pen.cpu)
    for _ = 1, 1000 do torch.FloatTensor(100000):fill(1):view(100, 1000):t():contiguous() end
    heap.collect()
    assert.are.equal(before, (heap.bytes(pen.cpu)))
  end)
end)

describe('printing', function()
  it('follows the layout of Torch', function()
    assert.are.equal(' 1\n 2\n 3\n[torch.DoubleTensor of size 3]\n', tostring(torch.Tensor {1, 2, 3}))
    assert.are.equal('    1.5000\n    2.0000\n 1000.0000\n[torch.DoubleTensor of size 3]\n',
      tostring(torch.Tensor {1.5, 2, 1000}))
    assert.are.equal('0.01 *\n 1.0000\n 2.0000\n[torch.DoubleTensor of size 2]\n', tostring(torch.Tensor {0.01, 0.02}))
    assert.are.equal('   1\n 200\n[torch.ByteTensor of size 2]\n', tostring(torch.ByteTensor {1, 200}))
    assert.are.equal(' 1  2\n 3  4\n[torch.IntTensor of size 2x2]\n', tostring(torch.IntTensor {{1, 2}, {3, 4}}))
    assert.are.equal('[torch.DoubleTensor with no dimension]\n', tostring(torch.Tensor()))
  end)
end)

describe('torch.class', function()
  it('makes classes whose objects are open tables', function()
    local Animal = torch.class('torch.SpecAnimal')
    function Animal:__init(name) self.name = name end
    function Animal:speak() return self.name .. ' speaks' end
    local Dog, parent = torch.class('torch.SpecDog', 'torch.SpecAnimal')
    assert.are.equal(Animal, parent)
    function Dog:__init(name) parent.__init(self, name .. ' the dog') end
    local dog = torch.SpecDog('Rex')
    assert.are.equal('Rex the dog speaks', dog:speak())
    assert.are.equal('torch.SpecDog', torch.type(dog))
    assert.is_true(torch.isTypeOf(dog, 'torch.SpecAnimal'))
    assert.is_true(torch.isTypeOf(dog, torch.SpecAnimal))
    assert.is_false(torch.isTypeOf(dog, 'torch.Other'))
    torch.SpecAnimal.speak = function() return 'changed' end
    assert.are.equal('changed', dog:speak())
    assert.has_error(function() torch.class('torch.SpecOrphan', 'torch.NoSuchParent') end)
    assert.has_error(function() torch.class('nowhere.Thing') end)
  end)
end)
