-- Sequences, concatenation, diagonals and triangles, as functions, as methods, and into results.
require 'torch'
local helper = require 'helper'

describe('sequences', function()
  it('go up, down, and by fractions', function()
    assert.are.same({2, 4, 6}, torch.range(2, 7, 2):totable())
    assert.are.same({1, 0, -1}, torch.range(1, -1, -1):totable())
    assert.are.equal(31, torch.range(1, 10, 0.3):nElement())
    assert.are.same({5}, torch.range(5, 5, -3):totable())
    assert.has_error(function() torch.range(1, 0) end)
    helper.near({0, 0.25, 0.5, 0.75, 1}, torch.linspace(0, 1, 5):totable(), 1e-15)
    helper.near({1, 10, 100}, torch.logspace(0, 2, 3):totable(), 1e-12)
    assert.are.equal(100, torch.linspace(2, 1):nElement())
    assert.has_error(function() torch.linspace(0, 1, 1) end)
    assert.has_error(function() torch.logspace(0, 1, 1) end)
    assert.are.same({10}, torch.logspace(1, 1, 1):totable())
  end)

  it('fill a result in its own type and, where it has as many elements, in its shape', function()
    local x = torch.IntTensor(2, 3):zero()
    x:narrow(2, 2, 2):range(5, 8)
    assert.are.same({{0, 5, 6}, {0, 7, 8}}, x:totable())
    assert.are.same({2 ^ 53 - 1, 2 ^ 53}, torch.LongTensor():range(2 ^ 53 - 1, 2 ^ 53):totable())
    local r = torch.FloatTensor()
    assert.are.equal(r, torch.linspace(r, 0, 3, 4))
    assert.are.same({{1, 1}, {1, 1}}, r:ones(2, 2):totable())
    assert.are.same({0, 0, 0}, torch.zeros(r, 3):totable())
    assert.are.equal('torch.FloatTensor', r:type())
    assert.same({0, 3}, torch.linspace(0, 3, 2.9):totable())
    torch.manualSeed(1)
    local order = torch.randperm(5):totable()
    torch.manualSeed(1)
    assert.are.same(order, r:randperm(5):totable())
  end)
end)

describe('cat', function()
  it('passes over empty tensors and takes missing dimensions for 1', function()
    local a, empty = torch.Tensor {{1, 2}}, torch.Tensor()
    assert.are.same({{1, 2}}, torch.cat(a, empty, 1):totable())
    assert.are.same({{1, 2}}, torch.cat {empty, a}:totable())
    assert.are.equal(0, torch.cat(empty, empty):dim())
    assert.are.same({{1, 3}, {2, 4}}, torch.cat(torch.Tensor {1, 2}, torch.Tensor {3, 4}, 2):totable())
    assert.are.same({{1, 2}, {1, 2}}, a:cat(a, 1):totable())
    assert.same({{1, 2, 1, 2}}, torch.cat(a, a, -1):totable())
    assert.has_error(function() torch.cat {} end)
    assert.has_error(function() torch.cat(a, torch.Tensor {{1, 2, 3}}, 1) end)
  end)

  it('joins two tensors of any layout along any dimension, into a result too', function()
    local a, b = torch.Tensor {{1, 2}, {3, 4}}, torch.Tensor {{5, 6}, {7, 8}}
    assert.are.same({{1, 3}, {2, 4}, {5, 6}, {7, 8}}, torch.cat(a:t(), b, 1):totable())
    assert.are.same({{1, 2, 5, 7}, {3, 4, 6, 8}}, torch.cat(a, b:t()):totable())
    assert.are.same({{{1, 5}, {2, 6}}, {{3, 7}, {4, 8}}}, torch.cat(a, b, 3):totable())
    local r = torch.Tensor(7)
    assert.are.equal(r, torch.cat(r, a[1], b[2], 1))
    assert.are.same({1, 2, 7, 8}, r:totable())
    assert.are.same({{1}, {2}, {3}}, torch.cat(torch.Tensor {{1}, {2}}, torch.Tensor {3}, 1):totable())
    for _, dim in ipairs {0, 9, -2} do assert.has_error(function() torch.cat(a, b, dim) end) end
    assert.has_error(function() torch.cat(a, b, 'x') end)
  end)

  it('may be given one of its sources as the result', function()
    local a = torch.Tensor {1, 2}
    assert.are.same({1, 2, 3, 1, 2}, torch.cat(a, {a, torch.Tensor {3}, a}):totable())
  end)
end)

describe('parts of matrices', function()
  local m = torch.range(1, 12):view(3, 4)

  -- keep(i, j) ? m : 0
  local function kept(keep)
    local rows = {}
    for i = 1, 3 do
      rows[i] = {}
      for j = 1, 4 do rows[i][j] = keep(i, j) and m[i][j] or 0 end
    end
    return rows
  end

  it('are triangles', function()
    for k = -4, 5 do
      assert.are.same(kept(function(i, j) return j - i <= k end), torch.tril(m, k):totable())
      assert.are.same(kept(function(i, j) return j - i >= k end), m:triu(k):totable())
    end
    local r = torch.Tensor()
    assert.are.equal(r, torch.tril(r, m:t()))
    assert.are.same({{1, 0, 0}, {2, 6, 0}, {3, 7, 11}, {4, 8, 12}}, r:totable())
    assert.are.same({{1, 5, 9}, {0, 6, 10}, {0, 0, 11}}, torch.triu(m:t():narrow(1, 1, 3)):totable())
  end)

  it('are diagonals, and matrices are made of them', function()
    assert.are.same({1, 6, 11}, torch.diag(m):totable())
    assert.are.same({2, 7, 12}, m:diag(1):totable())
    assert.are.same({5, 10}, torch.diag(m, -1):totable())
    assert.are.same({{0, 0, 3}, {0, 0, 0}, {0, 0, 0}}, torch.diag(torch.Tensor {3}, 2):totable())
    assert.are.same({{1, 0}, {0, 2}}, torch.diag(torch.IntTensor(), torch.IntTensor {1, 2}):totable())
    assert.are.equal(18, m:trace())
    assert.has_error(function() torch.diag(m, 4) end)
    assert.are.same({{1, 0, 0}, {0, 1, 0}}, torch.eye(2, 3):totable())
    assert.are.same({{1, 0}, {0, 1}}, torch.eye(torch.ByteTensor(), 2):totable())
    assert.same({{1, 0}, {0, 1}}, torch.eye(2, 0):totable())
    assert.same({2, 7, 12}, m:diag(1.5):totable())
  end)
end)
