-- Matrix products and their sums, in all their forms of arguments, against plain loops.
require 'torch'

local function sample(class, ...)
  torch.manualSeed(5)
  return torch.Tensor(...):random(-5, 5):type(class)
end

local function plain_mm(a, b)
  local r = torch.zeros(a:size(1), b:size(2))
  for i = 1, a:size(1) do
    for j = 1, b:size(2) do
      for k = 1, a:size(2) do r[i][j] = r[i][j] + a[i][k] * b[k][j] end
    end
  end
  return r
end

local function same(expected, got) assert.are.same(expected:double():totable(), got:double():totable()) end

for _, class in ipairs {'torch.DoubleTensor', 'torch.FloatTensor', 'torch.IntTensor', 'torch.CudaTensor'} do
  describe('products of ' .. class, function()
    local a, b, x, y = sample(class, 3, 4), sample(class, 4, 2), sample(class, 4), sample(class, 3)
    local m, column = plain_mm(a:double(), b:double()), x:double():view(4, 1)
    local base = sample(class, 3, 2)
    local outer = plain_mm(y:double():view(3, 1), column:t())

    it('are those of plain loops', function()
      same(m, torch.mm(a, b))
      same(m, torch.mm(a.new(), a:t():contiguous():t(), b))
      same(plain_mm(a:double(), column):view(3), torch.mv(a, x))
      same(outer, torch.ger(y, x))
      local as, bs = sample(class, 5, 3, 4), sample(class, 5, 4, 2)
      local r = torch.bmm(as, bs)
      for i = 1, 5 do same(plain_mm(as[i]:double(), bs[i]:double()), r[i]) end
      assert.has_error(function() torch.mm(a, a) end)
      assert.has_error(function() torch.bmm(as, as) end)
      assert.has_error(function() torch.mm(x, a) end)
    end)

    it('add up with numbers by their places', function()
      local b64 = base:double()
      same(b64 + m, torch.addmm(base, a, b))
      same(b64 + m * 3, torch.addmm(base, 3, a, b))
      same(b64 * 2 + m, torch.addmm(2, base, a, b))
      same(b64 * 2 + m * 3, torch.addmm(2, base, 3, a, b))
      local r = a.new()
      assert.are.equal(r, torch.addmm(r, 2, base, 3, a, b))
      same(b64 * 2 + m * 3, r)
      same(b64 + m, base:clone():addmm(a, b))
      same(b64 + m * 3, base:clone():addmm(3, a, b))
      same(b64 * 2 + m * 3, base:clone():addmm(2, 3, a, b))
      same(b64 * 2 + m * 3, r:zero():addmm(2, base, 3, a, b))
      assert.has_error(function() torch.addmm(a, b) end)
    end)

    it('have kin for vectors and batches', function()
      local v = sample(class, 3)
      same(v:double() * 2 + plain_mm(a:double(), column):view(3) * 3, torch.addmv(2, v, 3, a, x))
      local spread = a.new(3, 2):zero()
      spread:select(2, 1):addmv(a, x)
      same(plain_mm(a:double(), column):view(3), spread:select(2, 1))
      local wide = sample(class, 3, 4)
      same(wide:double() * 2 + outer * 3, torch.addr(2, wide, 3, y, x))
      local as, bs = sample(class, 5, 3, 4), sample(class, 5, 4, 2)
      local each = torch.bmm(as, bs):double()
      same(base:double() * 2 + each:sum(1):view(3, 2) * 3, torch.addbmm(2, base, 3, as, bs))
      local many = sample(class, 5, 3, 2)
      same(many:double() * 2 + each * 3, many:clone():baddbmm(2, 3, as, bs))
    end)
  end)
end
