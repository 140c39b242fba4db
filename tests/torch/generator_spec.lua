-- Generators in files, the alias method, and what a class of cdata says of itself.
require 'torch'

describe('a generator', function()
  it('has a class, goes into strings and storages, and comes back as it was', function()
    local g = torch.Generator()
    torch.manualSeed(g, 123)
    torch.random(g)
    assert.are.equal('torch.Generator', torch.type(g))
    for _, format in ipairs {'binary', 'ascii'} do
      local copy = torch.deserialize(torch.serialize(g, format), format)
      local other = torch.deserializeFromStorage(torch.serializeToStorage({g, n = 1}, format), format)
      local first = torch.random(g)
      assert.are.equal(first, torch.random(copy))
      assert.are.equal(first, torch.random(other[1]))
      assert.are.equal(1, other.n)
    end
  end)

  it('is not read from what is no state', function()
    local text = torch.serialize(torch.Generator())
    assert.has_error(function() torch.deserialize(text:sub(1, -5040) .. ('\255'):rep(5039)) end)
  end)
end)

describe('the alias method', function()
  it('draws each category as often as its probability says', function()
    torch.manualSeed(7)
    for _, weights in ipairs {{1, 2, 3, 4}, {10, 1, 1, 0}, {1}, {1, 1, 1}, {0, 0, 5}} do
      local p = torch.Tensor(weights)
      p:div(p:sum())
      local state = torch.multinomialAliasSetup(p)
      local drawn = torch.multinomialAlias(torch.LongTensor(300, 400), state)
      for i = 1, #weights do
        local share = drawn:eq(i):double():mean()
        assert(math.abs(share - p[i]) < 0.008, ('%g, expected %g'):format(share, p[i]))
        if p[i] == 0 then assert.are.equal(0, share) end
      end
      assert.are.equal(state, torch.multinomialAliasSetup(p:float(), state))
    end
  end)

  it('follows the seed, and fills views', function()
    local state = torch.multinomialAliasSetup(torch.Tensor {0.5, 0.25, 0.25})
    torch.manualSeed(9)
    local first = torch.multinomialAlias(torch.LongTensor(50), state)
    torch.manualSeed(9)
    local spread = torch.LongTensor(50, 2):zero()
    torch.multinomialAlias(spread:select(2, 2), state)
    assert.are.same(first:totable(), spread:select(2, 2):totable())
    assert.are.equal(0, spread:select(2, 1):sum())
    assert.has_error(function() torch.multinomialAliasSetup(torch.Tensor {-1, 2}) end)
    local broken = {torch.LongTensor {5}, torch.Tensor {0}}
    assert.has_error(function() torch.multinomialAlias(torch.LongTensor(3), broken) end)
  end)
end)

describe('isTypeOf', function()
  it('takes names, patterns, constructors and parents', function()
    local A, B = torch.class('torch._SpecA'), torch.class('torch._SpecB', 'torch._SpecA')
    local b = torch._SpecB()
    assert.is_true(torch.isTypeOf(b, 'torch._SpecA') and torch.isTypeOf(b, torch._SpecA) and torch.isTypeOf(b, B))
    assert.is_true(torch.isTypeOf(b, '^torch%..*A$'))
    assert.is_false(torch.isTypeOf(torch._SpecA(), 'torch._SpecB') or torch.isTypeOf(b, '_Spec'))
    local t = torch.LongTensor()
    assert.is_true(torch.isTypeOf(t, torch.LongTensor) and torch.isTypeOf(t, 'torch.*Tensor'))
    assert.is_true(torch.isTypeOf(t, torch.LongTensor(2)) and not torch.isTypeOf(t, torch.IntTensor()))
    assert.is_false(torch.isTypeOf(t, 'torch.Long') or torch.isTypeOf(t, torch.IntTensor) or torch.isTypeOf(3, 'torch'))
    assert.are.equal('torch._SpecA', A.__typename)
    torch._SpecA, torch._SpecB = nil, nil
  end)
end)
