-- Progress of long work on stderr: one line, on a terminal rewritten in place, else written at the end and every ten
-- seconds.
local sys = require 'sys'
local terminals = require 'pen.terminal'
local M = {}

function M.duration(seconds)
  if seconds < 90 then return ('%d s'):format(seconds) end
  if seconds < 5400 then return ('%d min'):format(seconds / 60 + 0.5) end
  return ('%.1f h'):format(seconds / 3600)
end

-- Returns show(text, last): writes the line, or not when it is too early for another. After the last one the line ends.
function M.line()
  local shown, width, terminal = sys.clock(), 0, terminals.errors
  return function(text, last)
    local now = sys.clock()
    if not (terminal or last) and now - shown < 10 then return end
    shown = now
    local padding = (' '):rep(width - #text)
    width = #text
    io.stderr:write(terminal and '\r' or '', text, padding, (terminal and not last) and '' or '\n')
  end
end

-- '  0.31 s each  2 min left' for so many steps since the clock read began, and so many left; '' before the first.
function M.pace(began, done, left)
  if done < 1 then return '' end
  local each = (sys.clock() - began) / done
  return ('  %.2f s each  %s left'):format(each, M.duration(each * left))
end

-- Returns meter(t, loss) for an optimisation of so many iterations. The clock starts with the first evaluation's end:
-- what comes before it is not repeated.
function M.meter(total)
  local began, show = nil, M.line()
  return function(t, loss)
    show(('iteration %d/%d  loss %.4g%s'):format(t, total, loss, M.pace(began, t - 1, total - t)), t == total)
    began = began or sys.clock()
  end
end

-- Returns show(fraction) for work whose end is known: what it is, and how far.
function M.fraction(name)
  local show = M.line()
  return function(fraction) show(('%s  %d %%'):format(name, 100 * fraction), fraction >= 1) end
end

return M
