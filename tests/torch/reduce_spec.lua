-- Reductions into results, biased variances, renorm and cross, against plain Lua.
require 'torch'
local helper = require 'helper'

local classes = {'torch.DoubleTensor', 'torch.FloatTensor', 'torch.CudaTensor'}

local function sample(class, ...)
  local t, number = torch.DoubleTensor(...), helper.numbers(7)
  return t:apply(function() return number(-2, 2) end):type(class)
end

describe('reductions', function()
  it('write into a result that is given, the source itself, too', function()
    local x = torch.Tensor {{1, 2}, {3, 4}}
    for _, name in ipairs {'sum', 'prod', 'mean', 'var', 'std'} do
      local r, new = torch.Tensor(7), x[name](x, 1)
      assert.are.equal(r, torch[name](r, x, 1))
      assert.are.same(new:totable(), r:totable())
      local own = x:clone()
      assert.are.same(new:totable(), own[name](own, own, 1):totable())
    end
    local r = torch.Tensor()
    helper.near({math.sqrt(10), math.sqrt(20)}, torch.norm(r, x, 2, 1):view(2):totable(), 1e-15)
    assert.are.same({{1, 2}, {4, 6}}, torch.cumsum(r, x):totable())
    assert.are.same({{1, 2}, {3, 12}}, r:cumprod(x, 2):totable())
  end)

  it('divide by n, or by n - 1', function()
    local x = torch.Tensor {1, 2, 3, 6}
    assert.are.equal(14 / 3, x:var())
    assert.are.equal(14 / 4, x:var(true))
    assert.are.equal(math.sqrt(14 / 4), torch.std(x, true))
    helper.near({14 / 3}, x:var(1):totable(), 1e-15)
    helper.near({14 / 4}, x:var(1, true):totable(), 1e-15)
  end)
end)

describe('renorm', function()
  it('scales slices down to the norm', function()
    for _, class in ipairs(classes) do
      local t = sample(class, 3, 4, 5)
      for dim = 1, 3 do
        for _, p in ipairs {1, 2, 3} do
          local r = torch.renorm(t, p, dim, 4)
          for i = 1, t:size(dim) do
            local slice, sum = t:select(dim, i):double():clone(), 0
            slice:apply(function(x) sum = sum + math.abs(x) ^ p end)
            local norm = sum ^ (1 / p)
            if norm > 4 then slice:mul(4 / (norm + 1e-7)) end
            helper.near(slice:reshape(60 / t:size(dim)):totable(),
              r:select(dim, i):double():reshape(60 / t:size(dim)):totable(), 1e-6)
          end
        end
      end
      local own = t:clone()
      assert.are.equal(own, own:renorm(2, 1, 1))
      assert(own[1]:norm() < 1.0001 and t[1]:norm() > 1.1)
    end
    assert.has_error(function() torch.rand(3):renorm(2, 1, 1) end)
  end)
end)

describe('cross', function()
  it('is perpendicular, and the determinant with a third vector', function()
    for _, class in ipairs(classes) do
      local a, b = sample(class, 4, 3, 2), sample(class, 4, 3, 2):add(1)
      local r = torch.cross(a, b)
      for i = 1, 4 do
        for j = 1, 2 do
          local u, v = a:double()[{i, {}, j}], b:double()[{i, {}, j}]
          helper.near({u[2] * v[3] - u[3] * v[2], u[3] * v[1] - u[1] * v[3], u[1] * v[2] - u[2] * v[1]},
            r:double()[{i, {}, j}]:totable(), 1e-5)
        end
      end
      assert.are.same(r:double():totable(), a.new():cross(a, b, 2):double():totable())
      local own = a:clone()
      assert.are.same(r:double():totable(), own:cross(own, b):double():totable())
    end
    assert.has_error(function() torch.cross(torch.rand(2), torch.rand(2)) end)
    assert.has_error(function() torch.cross(torch.rand(3), torch.rand(3, 1)) end)
  end)
end)

describe('dot', function()
  it('of integers wraps in their type', function()
    assert.equal(88, torch.ByteTensor {20, 20}:dot(torch.ByteTensor {10, 20}))
    assert.equal(0, torch.IntTensor {65536}:dot(torch.IntTensor {65536}))
    assert.equal(-6, torch.IntTensor(2, 2):fill(-1):dot(torch.IntTensor {1, 1, 2, 2}))
  end)
end)
