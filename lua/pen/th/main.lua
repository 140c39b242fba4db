-- What th does with its command line: options up to the script's name, then the script with the rest as arg.
-- As in Torch, a wrong option or a failing -e statement is printed and the exit status stays 0; a failing script
-- ends with 1.
local usage = [[
Usage: th [options] script.lua [arguments]

  -e 'statement'   run a statement
  -l name          require a package first
  -h, --help       print this text
]]

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

-- Consumes the options; returns the index of the script's name, or nil when there is nothing more to run.
local function scan_options(words)
  local i, ran = 1, false
  while words[i] and words[i]:sub(1, 1) == '-' do
    local word = words[i]
    if word == '-h' or word == '--help' then
      io.write(usage)
      return nil
    elseif word == '-e' then
      run_statement(words[i + 1])
      i, ran = i + 1, true
    elseif word == '-l' then
      load_package(words[i + 1])
      i = i + 1
    elseif word:match('^%-l.') then
      load_package(word:sub(3))
    else
      io.write('Error: unrecognized flag ', word, '\n', usage)
      return nil
    end
    i = i + 1
  end
  if not words[i] and not ran then io.write(usage) end
  return words[i] and i
end

return function(words)
  require('pen.th.require')
  require('pen.th.print')
  for _, name in ipairs {'torch', 'paths', 'sys', 'xlua'} do _G[name] = require(name) end
  local script = scan_options(words)
  if not script then return end
  arg = script_arguments(words, script + 1)
  local file = io.open(words[script])
  if not file then
    io.stderr:write('th: cannot open ', words[script], '\n')
    os.exit(1)
  end
  file:close()
  dofile(words[script])
end
