-- The prompt of th. A line is an expression, whose values are printed unless it ends in ';', or a statement; it goes on
-- in the next line while it is incomplete. The first value of each line stays in _RESULTS, the last one also in _LAST.
--   = expression    ?name (help)    $ command (of the shell)    break or exit leave
local sys = require 'sys'
local colorize = require 'trepl.colorize'
local explain = require 'pen.th.explain'
local help = require 'pen.th.help'
local reader = require 'pen.th.line'

_RESULTS, _LAST = {}, nil

-- Incomplete is what fails at the end of the text.
local function incomplete(message) return message:find("near '?<eof>'?$") ~= nil end

-- The chunk, and whether its values are to be printed; or nil and the message.
local function compile(text)
  local expression = text:gsub('^%s*=', '', 1)
  local silent = expression:match(';%s*$') ~= nil
  local chunk, unfinished = loadstring('return ' .. expression:gsub(';%s*$', ''), '=stdin')
  if chunk then return chunk, not silent end
  local statement, message = loadstring(text, '=stdin')
  return statement, false, incomplete(unfinished) and unfinished or message
end

-- Reads on until the text compiles, cannot, or an empty line ends it.
local function read_rest(read, text)
  while true do
    local chunk, shown, message = compile(text)
    if chunk then return chunk, shown end
    if not incomplete(message) then return nil, message end
    local line = read('..> ')
    if not line or line == '' then return nil, message end
    text = text .. '\n' .. line
  end
end

local function keep(value)
  _RESULTS[#_RESULTS + 1] = value
  _LAST = value
end

local function keep_and_print(shown, ok, ...)
  if not ok then return io.write((...), '\n') end
  if select('#', ...) == 0 then return end
  keep((...))
  if shown then print(...) end
end

local function evaluate(read, line)
  local chunk, shown = read_rest(read, line)
  if not chunk then return io.write(shown, '\n') end
  local started = sys.clock()
  local text_of = function(source) return source == '=stdin' and line or nil end
  keep_and_print(shown, xpcall(chunk, explain(text_of)))
  io.write((' '):rep(70), colorize.Black(('[%.4fs]'):format(sys.clock() - started)), '\n')
end

-- The end of the input is a yes.
local function confirmed()
  io.write('Do you really want to exit ([y]/n)? ')
  io.flush()
  local answer = io.read('*l')
  if not answer then io.write('\n') end
  return not answer or answer == '' or answer:lower():sub(1, 1) == 'y'
end

-- Shows what a command prints as it comes, and keeps it.
local function run_shell(command)
  io.flush()
  local pipe, lines = io.popen(command), {}
  for line in pipe:lines('*L') do
    lines[#lines + 1] = line
    io.write(line)
    io.flush()
  end
  pipe:close()
  keep(table.concat(lines))
end

-- One line; true when it was the last.
local function obey(read, line)
  if line == nil or line:match('^%s*exit%s*$') then return confirmed() end
  if line:match('^%s*break%s*$') then return true end
  local name, command = line:match('^%s*%?%s*(.-)%s*$'), line:match('^%s*%$(.*)$')
  if name then io.write(help(name), '\n')
  elseif command then run_shell(command)
  elseif line:match('%S') then
    evaluate(read, line)
  end
  io.flush()
end

return function()
  io.write('\n  Pentimento: the API of Torch7 on ', jit.version, '\n',
    '  ?name explains, Tab completes, exit leaves\n\n')
  local read = reader()
  repeat until obey(read, read('th> '))
end
