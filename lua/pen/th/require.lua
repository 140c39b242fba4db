-- th's require: a name that begins with a dot is a file beside the one that asks (./x.lua, ./x or ./x/init.lua), loaded
-- once. All other names go the usual way, but those that end in .lua and are files below the working directory.
local standard = require

local function readable(name)
  local file = io.open(name)
  if not file then return false end
  local _, problem = file:read(0) -- a folder opens too, but cannot be read
  file:close()
  return not problem
end

local function folder_of(source) return source:match('^@(.*/)[^/]*$') or './' end

-- The first of the files that there is, loaded; nil without one.
local function load_first(files, name)
  for _, path in ipairs(files) do
    if package.loaded[path] ~= nil then return package.loaded[path] end
    if readable(path) then
      local result = assert(loadfile(path))(name)
      package.loaded[path] = result == nil and true or result
      return package.loaded[path]
    end
  end
end

function require(name)
  if type(name) ~= 'string' then return standard(name) end
  if name:sub(1, 1) ~= '.' then
    local here = name:match('%.lua$') and package.loaded[name] == nil and load_first({'./' .. name}, name)
    return here or standard(name)
  end
  local base = folder_of(debug.getinfo(2, 'S').source) .. name
  local found = load_first({base .. '.lua', base, base .. '/init.lua'}, name)
  if found ~= nil then return found end
  error(("module '%s' not found: no file %s.lua, %s or %s/init.lua"):format(name, base, base, base), 2)
end
