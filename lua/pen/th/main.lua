-- What th does with its command line: options up to the script's name, then the script with the rest as arg; the prompt
-- where there is neither script nor statement, or where -i asks for it. As in Torch, a wrong option or a failing -e
-- statement is printed and the exit status stays 0; a failing script ends with 1.
local explain = require 'pen.th.explain'

local usage = [=[
Usage: th [options] [script.lua [arguments]]

  -e 'statement'   run a statement
  -i               go on at the prompt after script and statements
  -l name          require a package first
  -h, --help       print this text

Without a script or statement th is a prompt.
]=]

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

-- Consumes the options. Returns the index of the script's name, or nil where there is none, and whether the prompt
-- follows.
local function scan_options(words)
  local i, ran, prompt = 1, false, false
  while words[i] and words[i]:sub(1, 1) == '-' do
    local word = words[i]
    if word == '-h' or word == '--help' then
      io.write(usage)
      return nil, false
    elseif word == '-e' then
      run_statement(words[i + 1])
      i, ran = i + 1, true
    elseif word == '-i' then
      prompt = true
    elseif word == '-l' then
      load_package(words[i + 1])
      i = i + 1
    elseif word:match('^%-l.') then
      load_package(word:sub(3))
    else
      io.write('Error: unrecognized flag ', word, '\n', usage)
      return nil, false
    end
    i = i + 1
  end
  return words[i] and i, prompt or (not words[i] and not ran)
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
  require('pen.th.require')
  require('pen.th.print')
  for _, name in ipairs {'torch', 'paths', 'sys', 'xlua', 'dok'} do _G[name] = require(name) end
  pcall(require, 'pl') -- where Penlight is installed its modules are globals, found on first use, as under Torch's th
  local script, prompt = scan_options(words)
  if script then
    arg = script_arguments(words, script + 1)
    if not run(words[script]) and not prompt then os.exit(1) end
  elseif prompt and os.getenv('TREPLSTARTUP') then
    run(os.getenv('TREPLSTARTUP'))
  end
  if prompt then require('pen.th.repl')() end
end
