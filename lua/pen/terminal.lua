-- Which of the standard streams are terminals, and whether colours belong there.
local ffi = require 'ffi'

-- An own C name for libc's function, so that other modules may declare it their way.
ffi.cdef 'int pen_libc_isatty(int) __asm__("isatty");'

local M = {}

local function is_terminal(descriptor) return ffi.C.pen_libc_isatty(descriptor) == 1 end

M.input, M.errors = is_terminal(0), is_terminal(2)

-- Logs and pipes stay plain, as do terminals that know no colours and users who want none (no-color.org).
function M.colours()
  local kind, unwanted = os.getenv('TERM') or 'dumb', os.getenv('NO_COLOR') or ''
  return is_terminal(1) and kind ~= 'dumb' and unwanted == ''
end

return M
