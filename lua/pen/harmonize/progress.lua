-- Progress of long work on stderr: one line, on a terminal rewritten in place, else written at the end and every ten
-- seconds.
local ffi = require 'ffi'
local sys = require 'sys'
local M = {}

ffi.cdef 'int isatty(int fd);'
local STDERR = 2

function M.duration(seconds)
  if seconds < 90 then return ('%d s'):format(seconds) end
  if seconds < 5400 then return ('%d min'):format(seconds / 60 + 0.5) end
  return ('%.1f h'):format(seconds / 3600)
end

-- Returns show(text, last): writes the line, or not when it is too early for another. After the last one the line ends.
function M.line()
  local shown, width, terminal = sys.clock(), 0, ffi.C.isatty(STDERR) == 1
  return function(text, last)
    local now = sys.clock()
    if not (terminal or last) and now - shown < 10 then return end
    shown = now
    local padding = (' '):rep(width - #text)
    width = #text
    io.stderr:write(terminal and '\r' or '', text, padding, (terminal and not last) and '' or '\n')
  end
end

-- Returns meter(t, loss) for an optimisation of so many iterations.
function M.meter(total)
  local started, show = sys.clock(), M.line()
  return function(t, loss)
    local each = (sys.clock() - started) / t
    show(('iteration %d/%d  loss %.4g  %.2f s each  %s left'):format(t, total, loss, each,
      M.duration(each * (total - t))), t == total)
  end
end

-- Returns show(fraction) for work whose end is known: what it is, and how far.
function M.fraction(name)
  local show = M.line()
  return function(fraction) show(('%s  %d %%'):format(name, 100 * fraction), fraction >= 1) end
end

return M
