-- pen_interpolate and its gradient: values by the formula, the gradient as the transpose, refusals.
require 'torch'
local helper = require 'helper'
local pen = require 'pen.ffi'
local T = require 'torch.tensor'

local draw

local function random(class, sizes)
  return torch[class](unpack(sizes)):apply(function() return draw(-1, 1) end)
end

local function run(name, r, t, dim)
  local b = T.backend(t)
  pen.check(b, b.lib[name](b.ctx, r, t, dim))
  return r
end

describe('interpolating', function()
  before_each(function() draw = helper.numbers(33) end)

  local cases = {{{2, 3, 4}, 1, 7}, {{5, 2}, 0, 9}, {{3, 6}, 1, 4}, {{2, 1, 3}, 1, 4}, {{2, 5}, 1, 1}, {{4, 4}, 0, 4}}

  for _, class in ipairs {'FloatTensor', 'DoubleTensor', 'CudaTensor'} do
    it('follows the formula, and back its transpose: ' .. class, function()
      local tolerance = class == 'DoubleTensor' and 1e-14 or 1e-6
      for _, case in ipairs(cases) do
        local sizes, dim, m = case[1], case[2], case[3]
        local x = random('FloatTensor', sizes):type('torch.' .. class)
        local longer = {unpack(sizes)}
        longer[dim + 1] = m
        local y = run('pen_interpolate', x.new(unpack(longer)), x, dim):double()
        for i = 1, m do
          local place = m > 1 and (i - 1) * (sizes[dim + 1] - 1) / (m - 1) or 0
          local k, f = math.floor(place) + 1, place % 1
          local source = x:double()
          local expected = source:narrow(dim + 1, k, 1):clone()
          if f > 0 then expected:mul(1 - f):add(f, source:narrow(dim + 1, k + 1, 1)) end
          assert.is_true((expected - y:narrow(dim + 1, i, 1)):abs():max() <= tolerance)
        end
        local g = random('FloatTensor', longer):type('torch.' .. class)
        local back = run('pen_interpolate_backward', x.new(unpack(sizes)), g, dim):double()
        assert.near(torch.cmul(y, g:double()):sum(), torch.cmul(x:double(), back):sum(), 10 * tolerance)
      end
    end)
  end

  it('refuses what does not fit', function()
    local function fails(text, r, t, dim)
      helper.fails(text, function() run('pen_interpolate', r, t, dim) end)
    end
    fails('differ in more than dimension 1', torch.Tensor(2, 3), torch.Tensor(2, 4), 0)
    fails('differ', torch.Tensor(2, 3), torch.Tensor(2, 3), 2)
    fails('float or double', torch.IntTensor(2), torch.IntTensor(3), 0)
  end)
end)
