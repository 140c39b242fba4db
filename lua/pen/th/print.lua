-- The print of th: every plain value is followed by a tab, the line ends after the last argument; tensors and objects
-- with __tostring stand on lines of their own; tables are written out, level by level. The standard print stays as
-- print_old. setprintlevel(n) sets how many levels of nested tables are written out (5); deeper ones read {...}.
print_old = print_old or print

local levels = 5

function setprintlevel(n)
  if n == nil or n < 0 then error('expected a non-negative number') end
  levels = n
end

local function writes_itself(value)
  local kind = type(value)
  if kind == 'userdata' or kind == 'cdata' then return true end
  local meta = kind == 'table' and getmetatable(value)
  return type(meta) == 'table' and meta.__tostring ~= nil
end

local function quoted(value) return type(value) == 'string' and '"' .. value .. '"' or tostring(value) end

-- One line per entry, two spaces inside the braces, nested tables four further in.
local function write_table(value, depth)
  local indent = (' '):rep(4 * depth)
  io.write(indent, '{\n')
  for key, entry in pairs(value) do
    io.write(indent, '  ', tostring(key), ' : ')
    if type(entry) ~= 'table' or writes_itself(entry) then
      io.write(quoted(entry), '\n')
    elseif next(entry) == nil then
      io.write('{}\n')
    elseif depth + 1 >= levels then
      io.write('{...}\n')
    else
      io.write('\n')
      write_table(entry, depth + 1)
    end
  end
  io.write(indent, '}\n')
end

function print(...)
  local n = select('#', ...)
  for i = 1, n do
    local value = select(i, ...)
    if writes_itself(value) then
      io.write(tostring(value), '\n')
    elseif type(value) ~= 'table' then
      io.write(tostring(value), i < n and '\t' or '\t\n')
    elseif next(value) == nil then
      io.write('{}\n')
    else
      write_table(value, 0)
    end
  end
  io.flush()
end
