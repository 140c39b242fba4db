-- Running code under test without its output reaching the terminal. A module of its own, because busted gives each spec
-- its own globals: replacing print there would not reach the code.
local M = {}

-- Runs f; returns what it printed.
function M.captured(f)
  local lines, print_before, write_before = {}, print, io.write
  print = function(...)
    local texts = {}
    for i = 1, select('#', ...) do texts[i] = tostring((select(i, ...))) end
    lines[#lines + 1] = table.concat(texts, '\t') .. '\n'
  end
  io.write = function(...) lines[#lines + 1] = table.concat {...} end
  local ok, problem = pcall(f)
  print, io.write = print_before, write_before
  assert(ok, problem)
  return table.concat(lines)
end

-- Runs f without what it prints; returns what f returns.
function M.quietly(f, ...)
  local arguments, results = {...}, nil
  M.captured(function() results = {f(unpack(arguments))} end)
  return unpack(results)
end

return M
