-- Element by element: bits, lerp, map2, equal, and operands of different shapes that are all strided.
require 'torch'

local whole = {Byte = {0, 255}, Char = {-128, 127}, Short = {-32768, 32767}, Int = {-2 ^ 31, 2 ^ 31 - 1}}

-- x as the bits of an integer from low to high: the sum of 2^i for those that are set; and back.
local function unsigned(x, range) return x < 0 and x + (range[2] - range[1] + 1) or x end
local function signed(x, range)
  x = x % (range[2] - range[1] + 1)
  return x > range[2] and x - (range[2] - range[1] + 1) or x
end

-- Combines the bits of a and b by both(bit, bit) -> 0 or 1.
local function bitwise(a, b, range, both)
  a, b = unsigned(a, range), unsigned(b, range)
  local result = 0
  for i = 0, 31 do
    local p = 2 ^ i
    result = result + p * both(math.floor(a / p) % 2, math.floor(b / p) % 2)
  end
  return signed(result, range)
end

local operations = {
  bitand = function(a, b) return a * b end, bitor = function(a, b) return math.max(a, b) end,
  bitxor = function(a, b) return (a + b) % 2 end,
}

describe('bits', function()
  for kind, range in pairs(whole) do
    it('of ' .. kind .. ' are combined and shifted', function()
      torch.manualSeed(2)
      local class = torch[kind .. 'Tensor']
      local a = torch.Tensor(40):random(range[1], range[2]):type('torch.' .. kind .. 'Tensor')
      local b = torch.Tensor(40):random(range[1], range[2]):type('torch.' .. kind .. 'Tensor')
      a[1], a[2] = range[1], range[2]
      for name, both in pairs(operations) do
        local paired, single = torch['c' .. name](a, b), torch[name](a, 85)
        for i = 1, 40 do
          assert.are.equal(bitwise(a[i], b[i], range, both), paired[i])
          assert.are.equal(bitwise(a[i], 85, range, both), single[i])
        end
      end
      local left, right = a:clone():lshift(3), torch.rshift(a, 3)
      local shifts = class(40):fill(3)
      for i = 1, 40 do
        assert.are.equal(signed(unsigned(a[i], range) * 8, range), left[i])
        assert.are.equal(math.floor(unsigned(a[i], range) / 8), right[i])
      end
      assert.is_true(torch.clshift(a, shifts):equal(left) and a:clone():crshift(shifts):equal(right))
      assert.are.equal(0, math.abs(torch.lshift(a, 64)[1]))
    end)
  end

  it('of longs go through all 64, and numbers with fractions are multiplied', function()
    local a = torch.LongTensor {5, -1}
    assert.are.same({5 * 2 ^ 40, -2 ^ 40}, torch.lshift(a, 40):totable())
    assert.are.same({0, 2 ^ 24 - 1}, torch.rshift(a, 40):totable())
    assert.are.same({12, 0.5}, torch.Tensor({3, 0.125}):lshift(2):totable())
    assert.are.same({0.75}, torch.FloatTensor({3}):rshift(2):totable())
  end)
end)

describe('elements', function()
  it('lie between those of two tensors', function()
    local a, b = torch.Tensor {0, 10}, torch.Tensor {4, 20}
    assert.are.same({1, 12.5}, torch.lerp(a, b, 0.25):totable())
    assert.are.same({1, 12.5}, a:clone():lerp(b, 0.25):totable())
    assert.are.equal(3, torch.lerp(2, 6, 0.25))
  end)

  it('are given to a function, together with those of others', function()
    local t = torch.zeros(2, 2)
    t:map2(torch.Tensor {1, 2, 3, 4}, torch.Tensor {{1, 3}, {2, 4}}:t(), function(x, a, b) return x + 10 * a + b end)
    assert.are.same({{11, 22}, {33, 44}}, t:totable())
    t:t():map(torch.Tensor {1, 0, 0, 1}, function(x, a) if a == 1 then return -x end end)
    assert.are.same({{-11, 22}, {33, -44}}, t:totable())
    assert.has_error(function() t:map(torch.Tensor(3), math.max) end)
  end)

  it('are given to functions that are made anew for every call', function()
    for _, name in ipairs {'Double', 'Float', 'Long'} do
      local t, u = torch[name .. 'Tensor'](100):fill(1), torch.IntTensor(100):fill(2)
      for k = 1, 10 do
        t:apply(function(x) return x + k end)
        t:map(u, function(x, y) return x + k * y end)
        t:map2(u, t, function(x, y, z) if k % 2 == 0 then return x + y - z end end)
        local value = k % 2 == 0 and 2 or (k == 1 and 1 or 2) + 3 * k
        assert.are.equal(value, t:min())
        assert.are.equal(value, t:max())
      end
      assert.are.equal(2, t:apply(math.floor):apply(math.abs):max())
    end
  end)

  it('are equal or not', function()
    local a = torch.Tensor {{1, 2}, {3, 4}}
    assert.is_true(a:t():equal(torch.Tensor {{1, 3}, {2, 4}}))
    assert.is_false(torch.equal(a, a + 1))
    assert.is_false(a:equal(a:view(4)))
    assert.is_true(torch.Tensor():equal(torch.Tensor()))
  end)

  it('pair up in row-major order, whatever the shapes and strides', function()
    local a = torch.range(1, 12):view(2, 2, 3):transpose(1, 3) -- 3 x 2 x 2
    local b = torch.range(1, 24):view(12, 2):select(2, 1)
    local flat = a:contiguous():view(12)
    for name, f in pairs {
      cmul = function(x, y) return x * y end, cdiv = function(x, y) return x / y end, cpow = math.pow,
      cfmod = math.fmod, cremainder = function(x, y) return x % y end, cmax = math.max,
    } do
      local r = torch[name](a, b)
      assert.are.same({3, 2, 2}, r:size():totable())
      for i = 1, 12 do assert.are.equal(f(flat[i], b[i]), r:view(12)[i]) end
    end
    assert.are.equal(torch.gt(flat, b:contiguous()):sum(), torch.gt(a, b):sum())
    local r = torch.Tensor(3, 2, 2):fill(1):addcmul(2, a, b)
    assert.are.equal(1 + 2 * flat[5] * b[5], r:view(12)[5])
    local turned = torch.zeros(4, 3):t():add(a, b)
    assert.are.equal(flat[7] + b[7], turned:contiguous():view(12)[7])
  end)

  it('are copied within a storage as if all were read first', function()
    for _, n in ipairs {6, 100000} do
      local t = torch.range(1, n)
      t:narrow(1, 1, n - 1):copy(t:narrow(1, 2, n - 1))
      assert.same({2, n - 1, n, n}, {t[1], t[n - 2], t[n - 1], t[n]})
      t:narrow(1, 2, n - 1):copy(t:narrow(1, 1, n - 1))
      assert.same({2, 2, 3, n - 1, n}, {t[1], t[2], t[3], t[n - 1], t[n]})
      local square = torch.range(1, 9):view(3, 3)
      assert.same({{1, 4, 7}, {2, 5, 8}, {3, 6, 9}}, square:copy(square:t()):totable())
    end
  end)

  it('raises numbers to powers', function() assert.equal(8, torch.pow(2, 3)) end)
end)

describe('round', function()
  it('of a number takes halves away from zero, as that of a tensor', function()
    for value, expected in pairs {[-2.5] = -3, [-0.5] = -1, [-0.4] = 0, [0.5] = 1, [1.5] = 2, [2.5] = 3} do
      assert.equal(expected, torch.round(value) + 0)
    end
  end)
end)

describe('log1p', function()
  it('of a number near 0 is as exact as that of a tensor', function()
    for _, x in ipairs {1e-10, -3e-17, 0, 0.5, 1e20, -1, 1 / 0} do
      local expected = torch.log1p(torch.DoubleTensor {x})[1]
      local got = torch.log1p(x)
      assert.truthy(got == expected or math.abs(got - expected) <= 4e-16 * math.abs(expected), x)
    end
  end)
end)
