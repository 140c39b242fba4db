-- Running the project's commands as people do, through a shell.
local files = require 'pen.file'
local helper = require 'helper'
local pen = require 'pen.ffi'
local M = {}

M.quote = files.quoted

-- The line that runs `pentimento command` with options {name = value}; true gives a flag, false leaves an option out.
function M.line(command, options)
  local words = {pen.root .. 'scripts/pentimento', command}
  for name, value in pairs(options) do
    if value then words[#words + 1] = '-' .. name .. (value == true and '' or ' ' .. M.quote(value)) end
  end
  return table.concat(words, ' ')
end

-- Runs a shell line, or several; returns exit status, stdout, stderr.
function M.run(line)
  local out, errors = os.tmpname(), os.tmpname()
  local status = os.execute(('{ %s\n} >%s 2>%s'):format(line, out, errors))
  return status >= 256 and status / 256 or status, helper.take(out), helper.take(errors)
end

-- What a shell line prints on stdout.
function M.output(line) return (select(2, M.run(line))) end

-- The name of a new empty folder.
function M.folder() return (M.output('mktemp -d'):gsub('\n', '')) end

return M
