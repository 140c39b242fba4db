-- Runs time.lua in processes of their own: under this interpreter with Pentimento, and under Torch7's where there is
-- one, by turns. Of each number the least counts.
local files = require 'pen.file'
local pen = require 'pen.ffi'
local M = {}

local program = pen.root .. 'lua/pen/bench/operations/time.lua'

-- Adds what one process printed to rows; known has them by name.
local function add(rows, known, command, threads, prefix)
  local line = ('OPENBLAS_NUM_THREADS=%d %s %s %d'):format(threads, command, files.quoted(program), threads)
  local pipe = assert(io.popen(line))
  for printed in pipe:lines() do
    local group, name, first, best = printed:match('^(.-)\t(.-)\t(.-)\t(.-)$')
    local key = group .. ': ' .. name
    local row = known[key] or {group = group, name = name}
    if not known[key] then rows[#rows + 1], known[key] = row, row end
    row[prefix .. 'first'] = math.min(row[prefix .. 'first'] or math.huge, tonumber(first))
    row[prefix .. 'microseconds'] = math.min(row[prefix .. 'microseconds'] or math.huge, tonumber(best))
  end
  pipe:close()
end

-- A list of {group, name, first, microseconds}: milliseconds of the first thousand calls, and of a call later on; with
-- original, the command that starts Torch7's interpreter, also original_first and original_microseconds.
function M.run(runs, threads, original)
  local rows, known = {}, {}
  for _ = 1, runs do
    add(rows, known, 'LUA_PATH=' .. files.quoted(package.path) .. ' luajit', threads, '')
    if original then add(rows, known, original, threads, 'original_') end
  end
  return rows
end

function M.print(rows)
  for _, row in ipairs(rows) do
    local theirs = row.original_microseconds
    print(('%9.3f us%s  %s: %s'):format(row.microseconds, theirs and (', Torch7 %9.3f, ratio %5.2f'):format(theirs,
      row.microseconds / theirs) or '', row.group, row.name))
  end
end

return M
