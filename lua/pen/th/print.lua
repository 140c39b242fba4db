-- The print of th: every plain value is followed by a tab, the line ends after the last argument; tensors and objects
-- with __tostring stand on lines of their own; tables are written out, level by level, with tensors in them in brief.
-- On a terminal in colours. The standard print stays as print_old.
local brief = require 'pen.th.brief'
local colorize = require 'trepl.colorize'

print_old = print_old or print

local levels = 5
local colours = {['nil'] = 'Black', number = 'cyan', boolean = 'blue', ['function'] = 'magenta', userdata = 'red',
  cdata = 'red'}

local function quoted(text) return colorize.Black('"') .. colorize.green(text) .. colorize.Black('"') end

local function coloured(value, text)
  local colour = colours[type(value)]
  return colour and colorize[colour](text) or text
end

local function write_table(value, depth)
  if next(value) == nil then return io.write('{}\n') end
  local indent = (' '):rep(4 * depth)
  io.write(indent, '{\n')
  for key, entry in pairs(value) do
    io.write(indent, '  ', tostring(key), ' : ')
    if type(entry) == 'string' then
      io.write(quoted(entry), '\n')
    elseif type(entry) ~= 'table' then
      io.write(coloured(entry, brief(entry)), '\n')
    elseif depth + 1 >= levels or next(entry) == nil then
      io.write('{...}\n')
    else
      io.write('\n')
      write_table(entry, depth + 1)
    end
  end
  io.write(indent, '}\n')
end

local function writes_itself(value)
  local kind = type(value)
  if kind == 'userdata' or kind == 'cdata' then return true end
  local meta = kind == 'table' and getmetatable(value)
  return type(meta) == 'table' and meta.__tostring ~= nil
end

function print_new(...)
  local n = select('#', ...)
  for i = 1, n do
    local value = select(i, ...)
    if writes_itself(value) then
      io.write(tostring(value), '\n')
    elseif type(value) == 'table' then
      write_table(value, 0)
    else
      io.write(coloured(value, tostring(value)), i < n and '\t' or '\t\n')
    end
  end
  io.flush()
end

-- How many levels of nested tables are written out, deeper ones read {...}; 0 gives the standard print back.
function setprintlevel(n)
  if n == nil or n < 0 then error('expected a non-negative number') end
  levels = math.floor(n)
  print = levels == 0 and print_old or print_new
end

print = print_new
