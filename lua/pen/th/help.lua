-- What ?name shows: the entry of the reference, else the comment above the function's definition, and where that is; of
-- other values what they are.
local files = require 'pen.file'
local names = require 'pen.th.names'
local owners = require 'pen.th.owners'
local pages = require 'pen.th.pages'
local spelling = require 'pen.spelling'

local usage = [[
?torch.cat, ?net:forward or help(torch.cat) explain; browse() lists the reference, browse 'nn' the pages of nn.
  $ command   runs it in the shell        = expression   prints its values, as the expression does alone
  _LAST       the line's value            _RESULTS       those of all lines; one that ends in ; is not printed
  who()       lists your globals          import 'nn'    makes the names of nn globals
  exit        asks and leaves             break          leaves]]

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
  local list = info.source:sub(1, 1) == '@' and files.lines(info.source:sub(2))
  local text = list and comment_above(list, info.linedefined) or {}
  if list and #text == 0 then text = {(list[info.linedefined] or ''):match('^%s*(.-)%s*$')} end
  text[#text + 1] = ('(%s, line %d)'):format(info.short_src, info.linedefined)
  return table.concat(text, '\n')
end

local function place_of(page) return ('\n(%s: %s)'):format(page.name, page.title) end

-- Where the reference tells about a package.
local function places(package)
  local text = ''
  for _, page in ipairs(pages.of(package)) do text = text .. place_of(page) end
  return text
end

local function missing(name)
  if package.searchpath(name, package.path) then return ("require '%s' loads it"):format(name) .. places(name) end
  local owner, last = name:match('^(.*)[.:]([%w_]+)$')
  local value = owner and names.resolve(owner)
  local list = owner and (value ~= nil and names.fields(value) or {}) or names.fields(_G)
  local nearest = spelling.nearest(last or name, list)
  local text = ('nothing is called %s'):format(name)
  return nearest and ("%s; did you mean '%s'?"):format(text, (owner and owner .. '.' or '') .. list[nearest]) or text
end

local function constructor(value)
  local class = owners.class_of(value)
  return class and rawget(torch.getmetatable(class) or {}, '__init')
end

-- Programs may define what the reference has an entry for; then theirs is meant.
local function is_of_a_package(value)
  local func = constructor(value) or value
  return type(func) ~= 'function' or owners.is_ours(debug.getinfo(func, 'S').source)
end

-- The entry for a name such as torch.cat or net:forward, or nil.
local function entry(name)
  local path, last = name:match('^(.*)[.:]([%w_]+)$')
  local found = pages.find(owners.of(path, path and names.resolve(path)), last or name)
  if not found then return nil end
  local text = {}
  for _, row in ipairs(found) do text[#text + 1] = row.signature .. '\n    ' .. row.meaning end
  return table.concat(text, '\n') .. place_of(found[1].page)
end

local function about_object(name, value, class)
  local text = ('%s is a %s'):format(name, class)
  local init = constructor(value)
  local about = is_of_a_package(value) and entry(class) or init and about_function(class, init)
  return about and text .. '\n' .. about or text
end

local function about_table(name, value)
  local list, package = {}, owners.package_of(value)
  for _, field in ipairs(names.fields(value)) do
    if field:sub(1, 2) ~= '__' then list[#list + 1] = field end
  end
  return ('%s is a table with: %s'):format(name, table.concat(list, ' ')) .. (package and places(package) or '')
end

-- value: what has this name, where no global has.
return function(name, value)
  if name == '' then return usage end
  if value == nil then value = names.resolve(name) end
  local text = (value == nil or is_of_a_package(value)) and entry(name)
  if text then return text end
  if value == nil then return missing(name) end
  if type(value) == 'function' then return about_function(name, value) end
  local class = owners.class_of(value)
  if class then return about_object(name, value, class) end
  return type(value) == 'table' and about_table(name, value) or ('%s is a %s'):format(name, torch.type(value))
end
