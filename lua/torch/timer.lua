-- torch.Timer, torch.tic and torch.toc: wall-clock time, and what the processors spent on this process.
local ffi = require 'ffi'

-- Own C names for libc's functions, so that another module may declare the same functions its way.
ffi.cdef [[
  typedef struct pen_moment { long seconds, fraction; } pen_moment;
  typedef struct pen_usage { pen_moment user, system; long others[14]; } pen_usage;
  int pen_libc_clock_gettime(int clock, pen_moment *now) __asm__("clock_gettime");
  int pen_libc_getrusage(int who, pen_usage *usage) __asm__("getrusage");
]]

local MONOTONIC, SELF = 1, 0
local moment, usage = ffi.new('pen_moment'), ffi.new('pen_usage')

local function wall()
  ffi.C.pen_libc_clock_gettime(MONOTONIC, moment)
  return tonumber(moment.seconds) + tonumber(moment.fraction) * 1e-9
end

local function seconds(spent) return tonumber(spent.seconds) + tonumber(spent.fraction) * 1e-6 end

local function now()
  ffi.C.pen_libc_getrusage(SELF, usage)
  return {real = wall(), user = seconds(usage.user), sys = seconds(usage.system)}
end

return function(torch)
  function torch.tic() return wall() end

  -- Seconds since torch.tic() returned start.
  function torch.toc(start) return wall() - start end

  local Timer = torch.class('torch.Timer')

  function Timer:__init() self:reset() end

  -- Starts at zero; a stopped timer stays stopped.
  function Timer:reset()
    self.gathered, self.started = {real = 0, user = 0, sys = 0}, now()
    return self
  end

  -- {real =, user =, sys =}: seconds while the timer ran.
  function Timer:time()
    local list, moment_now = {}, now()
    for name, before in pairs(self.gathered) do
      list[name] = before + (self.stopped and 0 or moment_now[name] - self.started[name])
    end
    return list
  end

  function Timer:stop()
    self.gathered, self.stopped = self:time(), true
    return self
  end

  function Timer:resume()
    if self.stopped then self.started, self.stopped = now(), false end
    return self
  end

  function Timer:__tostring__()
    return ('torch.Timer [status: %s]'):format(self.stopped and 'stopped' or 'running')
  end
end
