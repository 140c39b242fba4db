-- What ?name shows: the comment above the function's definition, and where that is; for other values what they are.
local names = require 'pen.th.names'
local spelling = require 'pen.spelling'

local function lines_of(file)
  local handle, list = io.open(file), {}
  if not handle then return nil end
  for line in handle:lines() do list[#list + 1] = line end
  handle:close()
  return list
end

-- The comment that ends above line n, or above the lines between that belong to no other comment.
local function comment_above(list, n)
  local last = n - 1
  local first = last
  while first >= 1 and list[first]:match('^%s*%-%-') do first = first - 1 end
  local text = {}
  for i = first + 1, last do text[#text + 1] = list[i]:match('^%s*%-%-+%s?(.*)$') end
  return text
end

local function about_function(name, func)
  local info = debug.getinfo(func, 'S')
  if info.what == 'C' then return name .. ' is built in' end
  local list = info.source:sub(1, 1) == '@' and lines_of(info.source:sub(2))
  local text = list and comment_above(list, info.linedefined) or {}
  if list and #text == 0 then text = {(list[info.linedefined] or ''):match('^%s*(.-)%s*$')} end
  text[#text + 1] = ('(%s, line %d)'):format(info.short_src, info.linedefined)
  return table.concat(text, '\n')
end

local function missing(name)
  local owner, last = name:match('^(.*)[.:]([%w_]+)$')
  local value = owner and names.resolve(owner)
  local list = owner and (value ~= nil and names.fields(value) or {}) or names.fields(_G)
  local nearest = spelling.nearest(last or name, list)
  local text = ('nothing is called %s'):format(name)
  return nearest and ("%s; did you mean '%s'?"):format(text, (owner and owner .. '.' or '') .. list[nearest]) or text
end

return function(name)
  if name == '' then return 'usage: ?name, for example ?torch.cat' end
  local value = names.resolve(name)
  if value == nil then return missing(name) end
  if type(value) == 'function' then return about_function(name, value) end
  if type(value) ~= 'table' then return ('%s is a %s'):format(name, torch.type(value)) end
  local init = rawget(value, '__init')
  if type(init) == 'function' then return about_function(name, init) end
  return ('%s is a %s with: %s'):format(name, torch.type(value), table.concat(names.fields(value), ' '))
end
