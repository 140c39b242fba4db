-- torch.Timer, torch.tic and torch.toc.
require 'torch'
local sys = require 'sys'

describe('a timer', function()
  it('counts while it runs, stops, resumes and starts again', function()
    local timer = torch.Timer()
    sys.sleep(0.05)
    local first = timer:time()
    assert(first.real >= 0.05 and first.real < 5)
    assert(first.user >= 0 and first.sys >= 0 and first.user + first.sys < first.real + 5)
    local stopped = timer:stop():time().real
    sys.sleep(0.05)
    assert.are.equal(stopped, timer:time().real)
    timer:resume()
    sys.sleep(0.02)
    assert(timer:time().real >= stopped + 0.02)
    timer:reset()
    assert(timer:time().real < stopped)
    assert(tostring(timer):find('running'))
    assert.are.equal('torch.Timer', torch.type(timer))
  end)

  it('has a small sister in tic and toc', function()
    local start = torch.tic()
    sys.sleep(0.02)
    local seconds = torch.toc(start)
    assert(seconds >= 0.02 and seconds < 5)
  end)
end)
