-- sys: clock, shell and terminal helpers, as the Torch package of that name.
local ffi = require 'ffi'
local paths = require 'paths'

-- Own C names for libc's functions, so that another module may declare the same functions its way.
ffi.cdef [[
  typedef struct pen_timeval { long seconds, microseconds; } pen_timeval;
  int pen_libc_gettimeofday(pen_timeval *now, void *zone) __asm__("gettimeofday");
  int pen_libc_usleep(unsigned microseconds) __asm__("usleep");
]]

local sys = {
  OS = ({Linux = 'linux', OSX = 'macos', Windows = 'windows'})[jit.os] or jit.os:lower(),
  basename = paths.basename, dirname = paths.dirname, concat = paths.concat, pwd = paths.cwd,
  filep = paths.filep, dirp = paths.dirp,
}

local now = ffi.new('pen_timeval')

-- Seconds since 1970, to the microsecond.
function sys.clock()
  ffi.C.pen_libc_gettimeofday(now, nil)
  return tonumber(now.seconds) + tonumber(now.microseconds) * 1e-6
end

local started = sys.clock()

function sys.tic()
  started = sys.clock()
end

-- Seconds since the last sys.tic(); prints them too when verbose.
function sys.toc(verbose)
  local seconds = sys.clock() - started
  if verbose then print(seconds) end
  return seconds
end

function sys.sleep(seconds)
  local left = math.max(seconds, 0)
  while left > 0 do
    local nap = math.min(left, 1000)
    ffi.C.pen_libc_usleep(nap * 1e6)
    left = left - nap
  end
end

function sys.usleep(microseconds)
  sys.sleep(microseconds * 1e-6)
end

-- What a shell command prints, on stderr too, without white space at the ends. readwhat: what to read of it, as for a
-- file.
function sys.execute(command, readwhat)
  local pipe = assert(io.popen(command .. ' 2>&1'))
  local text = tostring(pipe:read(readwhat or '*a') or '')
  pipe:close()
  return text:match('^%s*(.-)%s*$')
end
sys.fexecute = sys.execute

-- What ls prints of a directory: names, with facts (ll), with hidden ones (la), with both (lla).
for name, options in pairs {ls = '', ll = '-l ', la = '-a ', lla = '-la '} do
  sys[name] = function(directory) return sys.execute('ls ' .. options .. (directory or '')) end
end

-- The pieces of text between matches of a pattern, without empty ones at the ends.
function sys.split(text, pattern)
  require 'xlua'
  return text:split(pattern)
end

function sys.uname()
  return sys.OS
end

-- Directory and name of the Lua file that calls this.
function sys.fpath()
  local file = paths.thisfile(nil, 1)
  if file then return paths.dirname(file), paths.basename(file) end
end

function sys.isNaN(number)
  return number ~= number
end

-- Terminal escapes: sys.COLORS.red .. text .. sys.COLORS.none.
sys.COLORS = {none = '\27[0m'}
for i, name in ipairs {'black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'} do
  sys.COLORS[name] = ('\27[0;%dm'):format(29 + i)
  sys.COLORS[name:sub(1, 1):upper() .. name:sub(2)] = ('\27[1;%dm'):format(29 + i)
  sys.COLORS['_' .. name] = ('\27[%dm'):format(39 + i)
end
sys.colors = sys.COLORS

_G.sys = sys
return sys
