-- What is said about an error: the message, the line of the program that it points at, what may have been meant by a
-- misspelt name, and the traceback.
local files = require 'pen.file'
local names = require 'pen.th.names'
local spelling = require 'pen.spelling'

-- Line number n of a file, without its indentation; nil when there is none.
local function line_of(file, n)
  local line = (files.lines(file) or {})[n]
  return line and line:match('^%s*(%S.-)%s*$')
end

-- What a name stands for in the function at this level of the caller's stack: a local, an upvalue or a global.
local function finder(level)
  local values, func = {}, debug.getinfo(level + 1, 'f').func
  for i = 1, 250 do
    local name, value = debug.getupvalue(func, i)
    if not name then break end
    values[name] = value
  end
  for i = 1, 250 do
    local name, value = debug.getlocal(level + 1, i)
    if not name then break end
    values[name] = value
  end
  return function(name)
    if values[name] ~= nil then return values[name] end
    return rawget(_G, name)
  end
end

-- The level, for the caller, of the function that the message names, or else of the innermost one of a program; its
-- source and line. Our packages blame the line that called them.
local function place_of_error(message)
  local innermost, source, line
  for level = 3, 60 do
    local info = debug.getinfo(level, 'Sl')
    if not info then break end
    if info.what ~= 'C' and info.currentline > 0 then
      local place = ('%s:%d: '):format(info.short_src, info.currentline)
      if message:sub(1, #place) == place then return level - 1, info.source, info.currentline end
      if not innermost then innermost, source, line = level - 1, info.source, info.currentline end
    end
  end
  return innermost, source, line
end

-- The stack from the error to the program's main chunk: without th's own part.
local function stack()
  local lines = {}
  for line in debug.traceback('', 3):gmatch('[^\n]+') do
    if line:find('lua/pen/th/main.lua', 1, true) or line:find('lua/pen/th/repl.lua', 1, true) then
      if lines[#lines]:find('%[C%]') then lines[#lines] = nil end
      break
    end
    lines[#lines + 1] = line
  end
  return table.concat(lines, '\n')
end

-- "Did you mean 'x'?" for a message about a name that is nil, or nil.
local function suggestion(message, text, find)
  local kind, name = message:match("(%a+) '([%a_][%w_]*)' %(a nil value%)$")
  if not kind then
    name = message:match("variable '([%a_][%w_]*)' is not declared")
    kind = name and 'global'
  end
  local list
  if kind == 'global' then list = names.fields(_G)
  elseif (kind == 'field' or kind == 'method') and text then
    local owner = text:match('([%a_][%w_.:%[%]]*)%s*[.:]%s*' .. name .. '%f[^%w_]')
    local value = owner and names.resolve(owner, find)
    list = value ~= nil and names.fields(value)
  end
  local nearest = list and spelling.nearest(name, list)
  return nearest and ("did you mean '%s'?"):format(list[nearest])
end

-- A handler for xpcall: the text to show. text_of(source, line): the text of a line that is in no file.
return function(text_of)
  return function(message)
    if type(message) ~= 'string' then
      local meta = debug.getmetatable(message)
      message = type(meta) == 'table' and meta.__tostring and tostring(message) or
        ('(error object is a %s value)'):format(type(message))
    end
    local level, source, line = place_of_error(message)
    local text = level and (source:sub(1, 1) == '@' and line_of(source:sub(2), line) or
      text_of and text_of(source, line))
    local lines = {message}
    if text then lines[#lines + 1] = ('    %d | %s'):format(line, text) end
    lines[#lines + 1] = level and suggestion(message, text, finder(level))
    lines[#lines + 1] = stack()
    return table.concat(lines, '\n')
  end
end
