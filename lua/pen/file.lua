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

-- The file's lines, without their ends, or nil and 'name: reason'.
function M.lines(name)
  local text, why = M.read(name)
  if not text then return nil, why end
  local list = {}
  for line in text:gmatch('([^\n]*)\n') do list[#list + 1] = line end
  list[#list + 1] = text:match('[^\n]+$')
  return list
end

-- A word, such as a name, for the shell.
function M.quoted(word)
  word = tostring(word)
  return word:match('^[%w_./,=-]+$') or "'" .. word:gsub("'", "'\\''") .. "'"
end

function M.temporary(name) return ('%s.%d.part'):format(name, ffi.C.getpid()) end

-- Writes a string, or what a function writes to the handle that it gets; a text that it raises is the reason.
local function fill(file, content)
  if type(content) ~= 'function' then return file:write(content) end
  return pcall(content, file)
end

-- True, or nil and 'name: reason'; then the file's former content is untouched and nothing is left behind. content: a
-- string, or a function that writes to the handle it gets and raises the reason where it cannot.
function M.write(name, content)
  local temporary = M.temporary(name)
  local file, why = io.open(temporary, 'wb')
  if not file then return nil, name .. ': ' .. why:sub(#temporary + 3) end
  local written, reason = fill(file, content)
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
