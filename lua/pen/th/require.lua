-- th's require: a name that begins with a dot is a file beside the one that asks: x.lua, x, x.th and other data, or
-- x/init.lua, loaded once. All other names go the usual way; where that leads nowhere they are files below the working
-- directory.
local files = require 'pen.file'
local standard = require

local function readable(name)
  local file = io.open(name)
  if not file then return false end
  local _, problem = file:read(0) -- a folder opens too, but cannot be read
  file:close()
  return not problem
end

-- How a file is loaded, by the ending of its name; all others are Lua.
local loaders = {}

function loaders.lua(path, name) return assert(loadfile(path))(name) end

function loaders.th(path) return torch.load(path) end

function loaders.net(path)
  standard 'nn'
  return torch.load(path)
end

function loaders.json(path)
  local value, _, problem = standard('dkjson').decode(assert(files.read(path)))
  return assert(value, problem and path .. ': ' .. problem)
end

function loaders.csv(path) return standard('csv').load(path) end

function loaders.so(path) return assert(package.loadlib(path, 'luaopen_' .. path:match('([^/]*)%.so$')))() end

-- The first file that may be meant, and its loader; nil where there is none.
local function find(base)
  for _, ending in ipairs {'.lua', '', '.th', '.net', '.json', '.csv', '.so', '/init.lua'} do
    local path = base .. ending
    if readable(path) then return path, loaders[path:match('%.(%w+)$')] or loaders.lua end
  end
end

local function load_once(path, loader, name)
  if package.loaded[path] == nil then
    local result = loader(path, name)
    package.loaded[path] = result == nil and true or result
  end
  return package.loaded[path]
end

local function is_known(name)
  return package.loaded[name] ~= nil or package.preload[name] or package.searchpath(name, package.path) or
    package.searchpath(name, package.cpath)
end

local function folder_of(source) return source:match('^@(.*/)[^/]*$') or './' end

function require(name)
  local relative = type(name) == 'string' and name:sub(1, 1) == '.'
  if not relative and (type(name) ~= 'string' or is_known(name)) then return standard(name) end
  local base = (relative and folder_of(debug.getinfo(2, 'S').source) or './') .. name
  local path, loader = find(base)
  if path then return load_once(path, loader, name) end
  if not relative then return standard(name) end
  error(("module '%s' not found: no file %s, %s.lua or %s/init.lua, nor data of that name"):format(name, base, base,
    base), 2)
end
