-- th's require: a name that begins with a dot is a file beside the one that asks (./x.lua, ./x or ./x/init.lua), loaded
-- once. All other names go the usual way.
local standard = require

local function readable(name)
  local file = io.open(name)
  if not file then return false end
  local _, problem = file:read(0) -- a folder opens too, but cannot be read
  file:close()
  return not problem
end

local function folder_of(source) return source:match('^@(.*/)[^/]*$') or './' end

function require(name)
  if type(name) ~= 'string' or name:sub(1, 1) ~= '.' then return standard(name) end
  local base = folder_of(debug.getinfo(2, 'S').source) .. name
  for _, path in ipairs {base .. '.lua', base, base .. '/init.lua'} do
    if package.loaded[path] ~= nil then return package.loaded[path] end
    if readable(path) then
      local result = assert(loadfile(path))(name)
      package.loaded[path] = result == nil and true or result
      return package.loaded[path]
    end
  end
  error(("module '%s' not found: no file %s.lua, %s or %s/init.lua"):format(name, base, base, base), 2)
end
