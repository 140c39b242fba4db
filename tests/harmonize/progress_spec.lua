-- The estimate of the time that is left.
require 'torch'
local sys = require 'sys'
local progress = require 'pen.harmonize.progress'

describe('progress', function()
  it('says nothing of the pace before the first step is over', function()
    assert.equal('', progress.pace(nil, 0, 10))
  end)

  it('divides the time by the steps done', function()
    local each, left = progress.pace(sys.clock() - 20, 4, 10):match('^  ([%d.]+) s each  (%d+) s left$')
    assert.near(5, tonumber(each), 0.1)
    assert.near(50, tonumber(left), 1)
  end)

  it('speaks of seconds, minutes and hours', function()
    assert.same({'89 s', '2 min', '90 min', '1.5 h'}, {progress.duration(89), progress.duration(91),
      progress.duration(5399), progress.duration(5400)})
  end)
end)
