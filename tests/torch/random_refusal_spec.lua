-- Parameters and states that make no random numbers: an error, and the generator stays as it was.
require 'torch'
local ffi = require 'ffi'
local pen = require 'pen.ffi'

describe('random numbers refuse', function()
  local function refuses(name, f)
    it(name, function()
      local before = torch.getRNGState()
      local ok, problem = pcall(f)
      assert.is_false(ok)
      assert.are.equal('string', type(problem))
      assert.are.same(before:totable(), torch.getRNGState():totable())
    end)
  end
  local t = torch.Tensor(4)
  refuses('a deviation below 0', function() t:normal(0, -1) end)
  refuses('a deviation of NaN', function() torch.normal(0, 0 / 0) end)
  refuses('a log-normal deviation of 0', function() torch.logNormal(0, 0) end)
  refuses('a probability above 1', function() torch.bernoulli(1.5) end)
  refuses('a probability of NaN', function() t:bernoulli(0 / 0) end)
  refuses('probabilities below 0', function() t:bernoulli(torch.Tensor {0, 0.5, -0.1, 1}) end)
  refuses('another number of probabilities', function() t:bernoulli(torch.Tensor(3):fill(0.5)) end)
  refuses('geometric without p', function() torch.geometric() end)
  refuses('geometric of 1', function() t:geometric(1) end)
  refuses('an empty range', function() torch.random(0) end)
  refuses('a range upside down', function() t:random(3, 2) end)
  refuses('a range without end', function() torch.random(1, math.huge) end)
  refuses('a range of NaN', function() torch.random(0 / 0) end)
  refuses('words', function() torch.uniform('a') end)
  refuses('continuous numbers in whole ones', function() torch.IntTensor(3):normal() end)
  refuses('randperm of less than nothing', function() torch.randperm(-1) end)
  refuses('a seed that is no number', function() torch.manualSeed('316') end)
  refuses('no seed', function() torch.manualSeed() end)
  refuses('a state of another length', function() torch.setRNGState(torch.ByteTensor(5047)) end)
  refuses('a state of zeros', function() torch.setRNGState(torch.ByteTensor(5048):zero()) end)
  refuses('a state that is none', function() torch.setRNGState('state') end)
  refuses('a distribution of nothing', function() torch.multinomial(torch.zeros(3), 1) end)
  refuses('negative weights', function() torch.multinomial(torch.Tensor {1, -1}, 1, true) end)
  refuses('weights of NaN', function() torch.multinomial(torch.Tensor {1, 0 / 0}, 1, true) end)
  refuses('weights without end', function() torch.multinomial(torch.Tensor {1, math.huge}, 1, true) end)
  refuses('more samples than categories', function() torch.multinomial(torch.ones(3), 4) end)
  refuses('whole weights', function() torch.multinomial(torch.LongTensor {1, 2}, 1) end)

  it('in C: generators that no draw has left, and NULL', function()
    local C, out = pen.C, ffi.new('double[1]')
    local g = ffi.new('pen_generator')
    for _, spoil in ipairs {
      function() g.left = 0 end, function() g.left = 625 end, function() g.next = 700 end,
      function() g.seeded = 0 end,
    } do
      assert.are.equal(0, C.pen_generator_seed(g, 1))
      assert.are.equal(0, C.pen_random_number(g, out, C.PEN_UNIFORM, 0, 1))
      spoil()
      assert.are_not.equal(0, C.pen_random_number(g, out, C.PEN_UNIFORM, 0, 1))
    end
    C.pen_generator_seed(g, 1)
    assert.are_not.equal(0, C.pen_random_number(g, nil, C.PEN_UNIFORM, 0, 1))
    assert.are_not.equal(0, C.pen_random_number(nil, out, C.PEN_UNIFORM, 0, 1))
    assert.are_not.equal(0, C.pen_random_number(g, out, C.PEN_DISTRIBUTIONS, 0, 1))
    assert.are_not.equal(0, C.pen_random_number(g, out, -1, 0, 1))
  end)
end)
