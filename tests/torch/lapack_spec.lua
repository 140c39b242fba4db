-- Linear algebra by its definitions: products of the factors against the matrix, residuals against 0.
require 'torch'
local helper = require 'helper'

local function random(class, m, n)
  local t, number = torch.DoubleTensor(m, n), helper.numbers(10 * m + n)
  return t:apply(function() return number(-2, 2) end):type(class)
end

local function near(expected, got, tolerance)
  assert.are.same(expected:size():totable(), got:size():totable())
  local function list(t) return t:double():contiguous():view(-1):totable() end
  helper.near(list(expected), list(got), tolerance)
end

local function product(a, ...)
  local r = a:double()
  for _, b in ipairs {...} do r = torch.mm(r, b:double()) end
  return r
end

for class, tolerance in pairs {
  ['torch.DoubleTensor'] = 1e-11, ['torch.FloatTensor'] = 1e-3, ['torch.CudaTensor'] = 1e-3,
} do
  describe('linear algebra of ' .. class, function()
    local a, b, x = random(class, 5, 5), random(class, 5, 2), nil
    local positive = product(a, a:t()):add(torch.eye(5)):type(class)
    local unit = torch.eye(5)

    it('solves systems of equations and inverts', function()
      local lu
      x, lu = torch.gesv(b, a)
      near(b, product(a, x), tolerance)
      assert.are.equal(class, x:type())
      assert.are.same({5, 5}, lu:size():totable())
      near(unit, product(a, torch.inverse(a)), tolerance)
      near(b, product(torch.triu(a), (torch.trtrs(b, a))), tolerance * 100)
      near(b, product(torch.tril(a):t(), (torch.trtrs(b, a, 'L', 'T'))), tolerance * 100)
      local ones = torch.triu(a, 1):double():add(unit)
      near(b, product(ones, (torch.trtrs(b, a, 'U', 'N', 'U'))), tolerance * 100)
      near(x:narrow(2, 1, 1), (torch.gesv(b:select(2, 1), a)), tolerance)
      assert.has_error(function() torch.gesv(b, a.new(5, 5):zero()) end)
      assert.has_error(function() torch.inverse(b) end)
      assert.has_error(function() torch.gesv(b, random(class, 4, 4)) end)
      assert.has_error(function() torch.trtrs(b, a, 'X') end)
    end)

    it('finds the least squares, and the least solution', function()
      local tall = random(class, 7, 3)
      local right = random(class, 7, 2)
      local best = torch.gels(right, tall)
      assert.are.same({3, 2}, best:size():totable())
      near(torch.zeros(3, 2), product(tall:t(), product(tall, best) - right:double()), tolerance)
      local wide = tall:t()
      local least = torch.gels(right:narrow(1, 1, 3), wide)
      near(right:narrow(1, 1, 3), product(wide, least), tolerance)
      local rows = torch.gesv(product(wide, least), product(wide, wide:t()))
      near(product(wide:t(), rows), least, tolerance) -- in the span of the rows: the shortest
    end)

    it('factors what is positive definite', function()
      local u, l = torch.potrf(positive), torch.potrf(positive, 'L')
      near(positive, product(u:t(), u), tolerance)
      near(positive, product(l, l:t()), tolerance)
      near(torch.triu(u), u, 0)
      near(b, product(positive, torch.potrs(b, l, 'L')), tolerance)
      near(b, product(positive, torch.potrs(b, u)), tolerance)
      near(unit, product(positive, torch.potri(u)), tolerance)
      near(unit, product(positive, torch.potri(l, 'L')), tolerance)
      assert.has_error(function() torch.potrf((positive:double() * -1):type(class)) end)
    end)

    it('factors what is semidefinite, with its rows in another order', function()
      local half = random(class, 5, 2)
      local square = product(half, half:t())
      for _, triangle in ipairs {'U', 'L'} do
        local factor, order = torch.pstrf(square:type(class), triangle, 1e-4)
        local rows = order:long()
        local back = triangle == 'U' and product(factor:t(), factor) or product(factor, factor:t())
        near(square:index(1, rows):index(2, rows), back, tolerance * 10)
        assert.are.equal('torch.IntTensor', order:type())
      end
    end)

    it('finds eigenvalues and eigenvectors', function()
      local values, vectors = torch.symeig(positive, 'V')
      near(positive, product(vectors, torch.diag(values), vectors:t()), tolerance)
      near(unit, product(vectors:t(), vectors), tolerance)
      for i = 2, 5 do assert(values[i - 1] <= values[i]) end
      near(values, (torch.symeig(positive, 'N', 'L')), tolerance * 10)
      local turn = torch.Tensor({{0, -2}, {2, 0}}):type(class) -- eigenvalues 2i and -2i
      local pair = torch.eig(turn)
      near(torch.Tensor {{0, 2}, {0, -2}}, pair, tolerance)
      local found, columns = torch.eig(positive, 'V')
      near(product(columns, torch.diag(found:double():select(2, 1))), product(positive, columns), tolerance * 10)
    end)

    it('finds singular values', function()
      for _, sizes in ipairs {{6, 4}, {4, 6}, {3, 3}, {5, 1}} do
        local m, n = unpack(sizes)
        local t, k = random(class, m, n), math.min(m, n)
        local u, s, v = torch.svd(t)
        near(t, product(u, torch.diag(s), v:t()), tolerance)
        near(torch.eye(k), product(u:t(), u), tolerance)
        near(torch.eye(k), product(v:t(), v), tolerance)
        local all_u, all_s, all_v = torch.svd(t, 'A')
        assert.are.same({{m, m}, {n, n}}, {all_u:size():totable(), all_v:size():totable()})
        near(torch.eye(n), product(all_v:t(), all_v), tolerance)
        near(s, all_s, tolerance)
      end
    end)

    it('splits off orthogonal factors', function()
      for _, sizes in ipairs {{6, 4}, {4, 6}} do
        local t, k = random(class, unpack(sizes)), 4
        local q, r = torch.qr(t)
        near(t, product(q, r), tolerance)
        near(torch.eye(k), product(q:t(), q), tolerance)
        near(torch.triu(r), r, 0)
        local packed, tau = torch.geqrf(t)
        near(q, torch.orgqr(packed, tau), tolerance)
      end
      local q = torch.qr(a)
      local packed, tau = torch.geqrf(a)
      near(product(q, b), torch.ormqr(packed, tau, b), tolerance)
      near(product(q:t(), b), torch.ormqr(packed, tau, b, 'L', 'T'), tolerance)
      near(product(b:t(), q), torch.ormqr(packed, tau, b:t(), 'R'), tolerance)
    end)

    it('takes results, views and the sources themselves among them, and leaves other sources alone', function()
      local before = a:clone()
      local rx, rlu = a.new(), a.new()
      local given = torch.gesv(rx, rlu, b, a)
      assert.are.equal(rx, given)
      near(x, rx, 0)
      near(before, a, 0)
      local spread = a.new(5, 3, 5):zero()
      local inside = spread:select(2, 2)
      torch.inverse(inside, a)
      near(torch.inverse(a), spread:select(2, 2), 0)
      assert.are.equal(0, spread:select(2, 1):double():norm())
      local own, right = a:clone(), b:clone()
      torch.gesv(right, own, right, own)
      near(x, right, 0)
      if class ~= 'torch.CudaTensor' then
        local flat = a.new(5, 5)
        local elements = flat:storage()
        torch.inverse(flat, a)
        assert.is_false(flat:isContiguous() or torch.inverse(a):isContiguous())
        assert.is_true(elements == flat:storage())
      end
      assert.has_error(function() torch.gesv(b) end)
    end)
  end)
end

describe('linear algebra', function()
  it('is for float and double, and refuses NaN', function()
    assert.has_error(function() torch.inverse(torch.IntTensor(2, 2):fill(1)) end)
    helper.fails('NaN', torch.inverse, torch.Tensor {{0 / 0, 1}, {1, 0}})
  end)

  it('gives objects numbers of their own', function()
    local t = torch.Tensor(2)
    assert.are.equal(torch.pointer(t), torch.pointer(t))
    assert.are_not.equal(torch.pointer(t), torch.pointer(t:clone()))
    assert.are.equal(torch.pointer(t:storage()), torch.pointer(t:view(1, 2):storage()))
  end)
end)
