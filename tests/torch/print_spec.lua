-- How tensors print, character by character as in Torch: logs of programs are compared.
require 'torch'

local nan, inf = 0 / 0, math.huge

-- The lines in front of the last one, which names type and size.
local function body(t) return (tostring(t):gsub('%[torch%.[^\n]*%]\n$', '')) end

describe('printing', function()
  it('counts infinities as whole numbers of endless digits', function()
    assert.equal('        inf\n', body(torch.Tensor {inf}))
    assert.equal('       -inf\n 1.0000e+00\n', body(torch.Tensor {-inf, 1}))
    assert.equal('         inf\n  5.0000e-01\n', body(torch.Tensor {inf, 0.5}))
  end)

  it('aligns nothing where NaN is', function()
    assert.equal('nan\n1.500000\ninf\n', body(torch.Tensor {nan, 1.5, inf}))
    assert.equal(('nan '):rep(99) .. 'nan\n', body(torch.Tensor(1, 100):fill(nan)))
  end)

  it('breaks wide matrices into columns', function()
    local row = ' 10000      0      0      0      0      0      0      0      0      0      0\n'
    local t = torch.zeros(1, 12)
    t[1][1] = 10000
    assert.equal('Columns 1 to 11\n' .. row .. '\nColumns 12 to 12\n     0\n', body(t))
    assert.equal('(1,.,.) = \n Columns 1 to 11\n ' .. row .. '\nColumns 12 to 12\n      0\n', body(t:view(1, 1, 12)))
  end)

  it('takes one format for all matrices of a tensor, and counts the first dimension fastest', function()
    local t = torch.range(1, 8):view(2, 2, 2, 1)
    t[2][2][2] = 100
    assert.equal('(1,1,.,.) = \n    1\n    2\n\n(2,1,.,.) = \n    5\n    6\n\n' ..
      '(1,2,.,.) = \n    3\n    4\n\n(2,2,.,.) = \n    7\n  100\n', body(t))
    assert.equal('(1,.,.) = \n 0.01 *\n   1.0000\n\n(2,.,.) = \n 0.01 *\n   2.0000\n',
      body(torch.Tensor {{{0.01}}, {{0.02}}}))
  end)

  it('goes over to exponents and scales', function()
    assert.equal(' 1.0000e-300\n  1.0000e+00\n', body(torch.Tensor {1e-300, 1}))
    assert.equal(' 1.0000e-03\n 1.2346e+05\n', body(torch.Tensor {1e-3, 123456.5}))
    assert.equal('100000 *\n 1.2346\n 1.0000\n', body(torch.Tensor {123456.5, 1e5}))
    assert.equal('-1.0000e+09\n 1.2346e+10\n', body(torch.LongTensor {-1e9, 12345678901}))
    assert.equal(' 999999999\n', body(torch.IntTensor {999999999}))
  end)
end)
