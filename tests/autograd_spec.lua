-- autograd: each rule against differences, and what a gradient of tables, numbers and functions without rule gives.
require 'torch'
local autograd = require 'autograd'

local function near(expected, actual)
  assert.near(0, (expected - actual):abs():max(), 1e-6 * math.max(1, expected:abs():max()))
end

-- The gradient by differences.
local function slopes(f, x, ...)
  local r, step = x:clone(), 1e-5
  local flat, out = x:view(-1), r:view(-1)
  for i = 1, flat:size(1) do
    local before = flat[i]
    flat[i] = before + step
    local up = f(x, ...)
    flat[i] = before - step
    out[i] = (up - f(x, ...)) / (2 * step)
    flat[i] = before
  end
  return r
end

describe('autograd', function()
  local other
  before_each(function()
    torch.manualSeed(5)
    other = torch.rand(3, 4) + 0.5
  end)

  local weights = torch.range(1, 12):view(3, 4)
  local function weigh(y) return torch.sum(torch.cmul(y, weights)) end
  local functions = {'exp', 'log', 'sqrt', 'abs', 'sin', 'cos', 'tanh', 'sigmoid'}
  local cases = {
    sums = function(x) return weigh((x + other) * 2 - x / 3 + 1 - (1 - x)) end,
    products = function(x) return weigh(torch.cdiv(torch.cmul(x, other), x + 1)) end,
    matrices = function(x) return torch.sum(torch.mm(x, other:t()) * x) end,
    vectors = function(x) return torch.sum(x * other[1]) + torch.dot(x[2], other[3]) * torch.dot(x, other) end,
    batches = function(x)
      local b = x:view(1, 3, 4)
      return torch.sum(torch.pow(torch.bmm(b, torch.transpose(b, 2, 3)), 2))
    end,
    functions = function(x)
      return weigh(torch.exp(x) + torch.log(x) + torch.sqrt(x) + torch.abs(x) + torch.tanh(x) + torch.sigmoid(x) +
        torch.sin(x) + torch.cos(x) + torch.pow(x, 3) - (-x))
    end,
    powers = function(x) return weigh(torch.pow(2, x) + torch.add(x, 3, other) - torch.add(other, 2, x)) end,
    means = function(x)
      return torch.mean(x) + weigh(torch.expandAs(torch.mean(x, 1), x)) + weigh(x:sum(2):expand(3, 4))
    end,
    parts = function(x)
      local y = x:narrow(2, 2, 2):contiguous():view(2, 3)
      return torch.sum(torch.cmul(y, y)) * x:select(1, 2):sum() + x:clone():t():reshape(12)[3] +
        torch.squeeze(torch.sum(torch.sum(x, 1), 2))
    end,
    numbers = function(x)
      local s = torch.sum(x)
      local m, rest = s / 12, 0
      for _, name in ipairs(functions) do rest = rest + torch[name](m) end
      return s / torch.mean(x) + s * s - s ^ 2 / 3 + weigh(x * s) + rest + 2 ^ m + m ^ m + weigh(torch.pow(other, m))
    end,
  }
  for name, f in pairs(cases) do
    it('goes back through ' .. name, function()
      local x = torch.rand(3, 4) + 0.5
      local gradient, loss = autograd(f)(x)
      assert.near(f(x), loss, 1e-9)
      near(slopes(f, x), gradient)
    end)
  end

  it('differentiates for tables of tensors, with what else the function takes and gives', function()
    local p = {w = torch.rand(2, 3), more = {b = torch.rand(2), unused = torch.rand(5), n = 3}}
    local x = torch.rand(3)
    local gradients, loss, y = autograd(function(q, input)
      local out = torch.tanh(q.w * input + q.more.b) * q.more.n
      return torch.sum(out), out
    end)(p, x)
    local inner = torch.tanh(p.w * x + p.more.b)
    assert.near(3 * inner:sum(), loss, 1e-9)
    near(inner * 3, y)
    near((torch.cmul(inner, inner) * -1 + 1) * 3, gradients.more.b)
    near(gradients.more.b:view(2, 1) * x:view(1, 3), gradients.w)
    assert.near(inner:sum(), gradients.more.n, 1e-9)
    near(torch.zeros(5), gradients.more.unused)
  end)

  it('says what it cannot do, and leaves torch as it was', function()
    local sum = torch.sum
    local function fails(f, message)
      assert.error_matches(function() autograd(f)(torch.rand(3)) end, message)
    end
    fails(function(x) return x:cumsum(1) end, "rule for 'cumsum'")
    fails(function(x) return x * 2 end, 'a number first')
    assert.equal(sum, torch.sum)
  end)
end)
