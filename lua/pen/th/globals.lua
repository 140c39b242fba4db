-- The globals that th has beside print and its packages: who, import, help, browse, noColors.
local brief = require 'pen.th.brief'
local colors = require 'trepl.colors'
local explain_name = require 'pen.th.help'
local names = require 'pen.th.names'
local owners = require 'pen.th.owners'
local pages = require 'pen.th.pages'

local known = {_RESULTS = true, _LAST = true} -- what is no user's

local function described(value)
  if type(value) == 'string' then
    return '"' .. value:sub(1, 40):gsub('\n', '\\n') .. (#value > 40 and '..."' or '"')
  end
  if type(value) ~= 'table' then return brief(value) end
  return owners.class_of(value) or 'table - size: ' .. #value
end

-- Lists the globals that the user has made, who(true) all of them, each with its value in brief.
function who(all)
  local list, width = {}, 0
  for name, value in pairs(_G) do
    local mine = not known[name] and package.loaded[name] ~= value
    if type(name) == 'string' and (all or mine) then
      list[#list + 1], width = name, math.max(width, #name)
    end
  end
  table.sort(list)
  for _, name in ipairs(list) do io.write(('%-' .. width .. 's = '):format(name), described(_G[name]), '\n') end
end

-- Makes the names of a package globals, which it loads: those that are not taken yet, or all where forced.
function import(name, forced)
  local result = require(name)
  local content = type(rawget(_G, name)) == 'table' and _G[name] or result
  if type(content) ~= 'table' then return end
  for _, key in ipairs(names.fields(content)) do
    if key:sub(1, 2) ~= '__' and (forced or rawget(_G, key) == nil) then
      rawset(_G, key, content[key])
      known[key] = true
    end
  end
end

-- What ?name shows, of a name or of what it names.
function help(what)
  if what == nil then what = '' end
  local name = type(what) == 'string' and what or type(what) == 'function' and names.name_of(what) or
    owners.class_of(what) or owners.package_of(what)
  io.write(explain_name(name or 'it', type(what) ~= 'string' and what or nil), '\n')
end

-- Where the pages of the reference lie, or those that a package, or its name, has entries in.
function browse(package)
  local name = type(package) == 'table' and owners.package_of(package) or package
  local list = pages.of(name)
  if #list == 0 then io.write('the reference has no page of ', tostring(name), '\n') end
  for _, page in ipairs(list) do io.write(page.title, '\n    ', page.file, '\n') end
end

-- From here on print and trepl.colorize write plain text.
function noColors()
  for name in pairs(colors) do colors[name] = '' end
end

for name in pairs(_G) do known[name] = true end
