-- torch.round takes halves away from zero, as C's round does in Torch; floor, ceil and trunc as their names say.
require 'torch'

describe('rounding', function()
  it('takes halves away from zero', function()
    for _, kind in ipairs {'Float', 'Double'} do
      local t = torch[kind .. 'Tensor'] {0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.49999997, 4503599627370497}
      local expected = {1, 2, 3, -1, -2, -3, 0, kind == 'Float' and 2 ^ 52 or 4503599627370497}
      assert.same(expected, torch.round(t):totable())
      assert.same({0, 1, 2, -1, -2, -3}, torch.floor(t:narrow(1, 1, 6)):totable())
    end
  end)
end)
