-- Pointwise kernels against plain Lua in double, on contiguous, transposed and expanded tensors of every type.
require 'torch'
local helper = require 'helper'

local types = {'Byte', 'Char', 'Short', 'Int', 'Long', 'Float', 'Double'}

-- A 5 x 7 tensor of small positive integers, contiguous or a transposed view.
local function sample(prefix, seed, transposed)
  local number = helper.numbers(seed)
  local t = transposed and torch[prefix .. 'Tensor'](7, 5):t() or torch[prefix .. 'Tensor'](5, 7)
  for i = 1, 5 do
    for j = 1, 7 do t[i][j] = math.floor(number(1, 9)) end
  end
  return t
end

local function each(t, f)
  for i = 1, t:size(1) do
    for j = 1, t:size(2) do f(i, j) end
  end
end

local function trunc(x) return x < 0 and math.ceil(x) or math.floor(x) end

describe('pointwise', function()
  local binary = {
    {'cmul', function(a, b) return a * b end}, {'cdiv', function(a, b) return a / b end, true},
    {'cmax', math.max}, {'cmin', math.min}, {'cpow', function(a, b) return a ^ (b % 3 + 1) end},
    {'cfmod', math.fmod}, {'cremainder', function(a, b) return a % b end},
  }
  for _, prefix in ipairs(types) do
    for _, transposed in ipairs {false, true} do
      it(('combines two %s tensors%s'):format(prefix, transposed and ', one of them transposed' or ''), function()
        local whole = prefix ~= 'Float' and prefix ~= 'Double'
        for _, case in ipairs(binary) do
          local name, oracle, divides = unpack(case)
          local a, b = sample(prefix, 3, transposed), sample(prefix, 5, false)
          if name == 'cpow' then b:apply(function(x) return x % 3 + 1 end) end
          local r = torch[name](a, b)
          each(a, function(i, j)
            local want = oracle(a[i][j], b[i][j])
            if name == 'cpow' then want = a[i][j] ^ b[i][j] end
            if whole and divides then want = trunc(want) end
            if whole then want = torch.Tensor {want}:type('torch.' .. prefix .. 'Tensor')[1] end
            assert.is_near(want, r[i][j], 1e-6 * math.abs(want), name)
          end)
        end
      end)
    end
  end

  it('adds with a factor, in place, out of place and through the function form', function()
    for _, transposed in ipairs {false, true} do
      local a, b = sample('Float', 1, transposed), sample('Float', 2)
      local r = torch.add(a, -2.5, b)
      each(a, function(i, j) assert.are.equal(a[i][j] - 2.5 * b[i][j], r[i][j]) end)
      local c = a:clone():add(3):add(2, b)
      each(a, function(i, j) assert.are.equal(a[i][j] + 3 + 2 * b[i][j], c[i][j]) end)
    end
  end)

  it('reads an expanded mask without copying it', function()
    local mask = torch.FloatTensor {{0, 1, 0.5}}:view(1, 1, 3):expand(2, 4, 3)
    local a = torch.FloatTensor(2, 4, 3):fill(6)
    assert.are.same({0, 6, 3}, torch.cmul(a, mask)[2][4]:totable())
  end)

  it('computes functions of one tensor', function()
    local functions = {
      abs = math.abs, sqrt = math.sqrt, exp = math.exp, log = math.log, sin = math.sin, cos = math.cos, tan = math.tan,
      atan = math.atan, sinh = math.sinh, cosh = math.cosh, tanh = math.tanh, floor = math.floor, ceil = math.ceil,
      neg = function(x) return -x end, cinv = function(x) return 1 / x end, trunc = trunc,
      sigmoid = function(x) return 1 / (1 + math.exp(-x)) end, frac = function(x) return math.fmod(x, 1) end,
      rsqrt = function(x) return 1 / math.sqrt(x) end, sign = function(x) return x > 0 and 1 or -1 end,
    }
    for name, oracle in pairs(functions) do
      for _, transposed in ipairs {false, true} do
        local a = sample('Double', 11, transposed):div(3.7)
        local r, f = torch[name](a), torch[name](a:float())
        each(a, function(i, j)
          local want = oracle(a[i][j])
          assert.is_near(want, r[i][j], 1e-14 * (1 + math.abs(want)), name)
          assert.is_near(oracle(a:float()[i][j]), f[i][j], 1e-6 * (1 + math.abs(want)), name .. ' of floats')
        end)
      end
    end
  end)

  it('squares exactly as x * x', function()
    local a = torch.FloatTensor {0.1, 1.7, -3.3}
    local square = torch.pow(a, 2)
    for i = 1, 3 do assert.are.equal(torch.FloatTensor {a[i] * a[i]}[1], square[i]) end
  end)

  it('compares into bytes', function()
    local a, b = torch.Tensor {1, 2, 3}, torch.Tensor {3, 2, 1}
    assert.are.same({0, 0, 1}, torch.gt(a, b):totable())
    assert.are.same({1, 1, 0}, torch.le(a, 2):totable())
    assert.are.equal('torch.ByteTensor', torch.type(a:eq(2)))
    assert.are.same({1}, torch.FloatTensor {0.1}:eq(0.1):totable()) -- the number is rounded to float as well
  end)

  it('adds products and quotients of two tensors', function()
    local a, b, c = sample('Double', 1), sample('Double', 2, true), sample('Double', 3)
    local r, q = torch.addcmul(a, 0.5, b, c), a:clone():addcdiv(2, b, c)
    each(a, function(i, j)
      assert.is_near(a[i][j] + 0.5 * b[i][j] * c[i][j], r[i][j], 1e-12)
      assert.is_near(a[i][j] + 2 * b[i][j] / c[i][j], q[i][j], 1e-12)
    end)
  end)

  it('adds products and quotients of integers, which wrap in their type', function()
    local t, b, c = torch.ByteTensor {250, 10}, torch.ByteTensor {100, 2}, torch.ByteTensor {7, 5}
    assert.same({46, 40}, torch.addcmul(t, 3, b, c):totable())
    assert.same({36, 11}, torch.addcdiv(t, 3, b, c):totable())
    assert.same({250, 10}, t:addcdiv(3, b, torch.ByteTensor(2):zero()):totable())
    assert.same({-10}, torch.IntTensor {-7}:addcdiv(2, torch.IntTensor {-5}, torch.IntTensor {3}):totable())
    local long = torch.LongTensor {2 ^ 62}
    assert.same({2 ^ 62}, long:addcmul(4, torch.LongTensor {2 ^ 61}, torch.LongTensor {2}):totable())
  end)

  it('clamps, fills under a mask, and divides integers by zero without dying', function()
    assert.are.same({2, 2, 3, 3}, torch.clamp(torch.Tensor {1, 2, 3, 4}, 2, 3):totable())
    local t = torch.IntTensor {1, 2, 3}
    t[torch.ByteTensor {1, 0, 1}] = 7
    assert.are.same({7, 2, 7}, t:totable())
    assert.are.same({0, 0, 0}, t:div(0):totable())
  end)

  it('converts between types as x86 does', function()
    assert.are.same({-2, 2}, torch.Tensor {-2.7, 2.7}:int():totable())
    assert.are.same({44, 255}, torch.Tensor {300, -1}:byte():totable())
    assert.are.equal(-2147483648, torch.Tensor {1e10}:int()[1])
    assert.are.equal(-128, torch.IntTensor {128}:char()[1])
  end)

  it('needs only equal numbers of elements', function()
    local r = torch.zeros(2, 3):add(1, torch.range(1, 6))
    assert.are.same({{1, 2, 3}, {4, 5, 6}}, r:totable())
    assert.has_error(function() r:add(1, torch.range(1, 5)) end)
    local t = torch.zeros(3, 2):t():add(1, torch.range(1, 6):view(6, 1)) -- other shape, not contiguous
    assert.are.same({{1, 2, 3}, {4, 5, 6}}, t:totable())
  end)

  it('walks pieces of long rows in every build', function()
    local n = 3 * 16384 + 17
    local a = torch.range(1, n)
    local r = torch.mul(a, 2)
    assert.are.equal(n * (n + 1), r:sum())
    assert.are.equal(2 * n, r[n])
  end)
end)
