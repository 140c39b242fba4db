-- Work as one piece: when it is recorded, and what happens where it cannot be. A made-up library counts the calls; the
-- graphs of a real device are compared with plain work in tests/device_spec.lua.
local ffi = require 'ffi'
local graph = require 'pen.graph'
local pen = require 'pen.ffi'

describe('work as one piece', function()
  local calls, able
  local function library(name)
    return function(_, out)
      if name ~= 'free' then calls[#calls + 1] = name end -- that is the collector's to choose
      if name == 'end' and able.finish then out[0] = ffi.cast('pen_graph *', 16) end
      return (name == 'begin' and not able.begin or name == 'end' and not able.finish) and 1 or 0
    end
  end
  local backend
  before_each(function()
    calls, able = {}, {begin = true, finish = true}
    backend = {ctx = 0, lib = {}}
    for _, name in ipairs {'begin', 'end', 'run', 'free'} do backend.lib['pen_graph_' .. name] = library(name) end
  end)

  local function work() calls[#calls + 1] = 'work' end
  local function run(times, action)
    local again = graph.repeated(backend, action or work)
    for _ = 1, times do again() end
    return table.concat(calls, ' ')
  end

  it('is recorded at the third call and then only run', function()
    assert.equal('work work begin work end run run run', run(5))
  end)

  it('is done plainly where nothing can be recorded', function()
    able.begin = false
    assert.equal('work work begin work work work', run(5))
  end)

  it('is done plainly where the recording fails', function()
    able.finish = false
    assert.equal('work work begin work end work work', run(4))
  end)

  it('is done plainly where the work cannot be recorded', function()
    local recording = 0
    assert.equal('work work begin end work work', run(4, function()
      recording = recording + 1
      if recording == 3 then error('this reads') end
      work()
    end))
  end)

  it('is done plainly when switched off', function()
    graph.enabled = false
    local done = run(4)
    graph.enabled = true
    assert.equal('work work work work', done)
  end)

  it('goes on being collected afterwards', function()
    run(3)
    local collected = false
    do
      local proxy = newproxy(true)
      getmetatable(proxy).__gc = function() collected = true end
    end
    for _ = 1, 1e5 do local _ = {} end
    collectgarbage()
    assert.is_true(collected)
  end)

  it('is never recorded on the CPU', function()
    assert.not_equal(0, pen.C.pen_graph_begin(pen.cpu.ctx))
    assert.matches('graphs are for GPUs', ffi.string(pen.C.pen_last_error()))
  end)
end)
