-- What th does with its command line: packages, statements, then the script with the rest as arg; the prompt where
-- there is neither script nor statement, or where -i asks for it. As in Torch, a wrong option or a failing -e
-- statement is printed and the exit status stays 0; a failing script ends with 1.
local explain = require 'pen.th.explain'
local options = require 'pen.th.options'

-- arg for the script: its arguments from 1, th itself at 0, the interpreter at -1.
local function script_arguments(words, first)
  local list = {[0] = words[0], [-1] = words[-1]}
  for i = first, #words do list[#list + 1] = words[i] end
  return list
end

local function load_package(name)
  if not pcall(require, name) then print('could not load ' .. name .. ', skipping') end
end

local function run_statement(text)
  local chunk = loadstring(text)
  local ok, message = pcall(chunk)
  if not ok then print(message) end
end

-- Whether the script ran to its end; what it raised goes to stderr.
local function run(script)
  local file = io.open(script)
  if not file then
    io.stderr:write('th: cannot open ', script, '\n')
    return false
  end
  file:close()
  local ok, message = xpcall(function() dofile(script) end, explain())
  if not ok then
    io.flush()
    io.stderr:write('luajit: ', message, '\n')
  end
  return ok
end

return function(words)
  require('pen.th.prepare')
  local settings = options.scan(words)
  if settings.wrong then io.write('Error: unrecognized flag ', settings.wrong, '\n') end
  if settings.wrong or settings.help then return io.write(options.usage) end
  for _, name in ipairs(settings.packages) do load_package(name) end
  if settings.monitor then monitor_G(settings.monitor == 'refuse') end
  local startup = os.getenv('TREPLSTARTUP')
  local bare = not settings.interactive and #settings.statements == 0
  if startup and bare and not run(startup) and settings.script then os.exit(1) end
  for _, text in ipairs(settings.statements) do run_statement(text) end
  if settings.script then
    arg = script_arguments(words, settings.script + 1)
    if not run(words[settings.script]) and not settings.interactive then os.exit(1) end
  end
  if settings.interactive or bare and not settings.script then require('pen.th.repl')() end
end
