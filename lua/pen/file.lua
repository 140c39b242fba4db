-- Whole files. Reading fails with one line that names the file; writing goes through a temporary name in the same
-- folder, so that a file is either complete or not there.
local ffi = require 'ffi'

ffi.cdef 'int getpid(void);'

local M = {}

-- The file's bytes, or nil and 'name: reason'.
function M.read(name)
  local file, why = io.open(name, 'rb')
  if not file then return nil, why end
  local bytes, reason = file:read('*a')
  file:close()
  if not bytes then return nil, name .. ': ' .. reason end
  return bytes
end

function M.temporary(name) return ('%s.%d.part'):format(name, ffi.C.getpid()) end

-- True, or nil and 'name: reason'; then the file's former content is untouched and nothing is left behind.
function M.write(name, bytes)
  local temporary = M.temporary(name)
  local file, why = io.open(temporary, 'wb')
  if not file then return nil, name .. ': ' .. why:sub(#temporary + 3) end
  local written, reason = file:write(bytes)
  local closed, late = file:close() -- a full disk may show only here
  if written and closed then
    local renamed
    renamed, reason = os.rename(temporary, name)
    if renamed then return true end
    reason = reason:match(': (.*)$') or reason
  end
  os.remove(temporary)
  return nil, name .. ': ' .. (reason or late)
end

return M
