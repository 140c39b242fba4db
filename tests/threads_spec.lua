-- threads: order of jobs and callbacks, what workers know of each other.
local threads = require 'threads'

describe('threads', function()
  it('starts workers and returns what their last function gave', function()
    local pool, sizes = threads.Threads(2, function() end, function(id) return 10 * id, 'x' end)
    assert.equal(2, pool.N)
    assert.equal(20, sizes[2][1])
    assert.equal('x', sizes[1][2])
  end)

  it('calls back in the order of the jobs, with all values', function()
    local pool, seen = threads(3), {}
    for i = 1, 7 do
      pool:addjob(function(a, b) return a + 1, b end, function(a, b) seen[#seen + 1] = {a, b} end, i, nil)
    end
    assert.is_true(pool:hasjob())
    assert.is_false(pool:acceptsjob())
    pool:synchronize()
    assert.is_false(pool:hasjob())
    for i = 1, 7 do assert.same({i + 1}, seen[i]) end
    assert.equal(7, #seen)
  end)

  it('gives each worker, and each pool, global variables of its own', function()
    local function init(id) mine = id; _G.also = 2 * id end
    local first, second = threads.Threads(2, init), threads.Threads(1, function() mine = 'other' end)
    first:specific(true)
    local got
    local function ask() return mine, also, type(torch) end
    local before = getfenv(ask)
    for id = 1, 2 do
      first:addjob(id, ask, function(...) got = {...} end)
      first:synchronize()
      assert.same({id, 2 * id, 'table'}, got)
    end
    second:addjob(ask, function(...) got = {...} end)
    second:terminate()
    assert.same({'other', nil, 'table'}, got)
    assert.is_nil(rawget(_G, 'mine'))
    assert.is_true(before == getfenv(ask))
  end)

  it('raises what a job raised, and goes on', function()
    local pool = threads(1)
    pool:addjob(function() error('boo', 0) end)
    local ok, problem = pcall(pool.dojob, pool)
    assert.is_false(ok)
    assert.equal('boo', problem)
    local value
    pool:addjob(function() return 5 end, function(x) value = x end)
    pool:synchronize()
    assert.equal(5, value)
    assert.has_error(function() pool:addjob('no function') pool:dojob() end)
  end)
end)
