-- monitor_G: says which globals programs create, and which they read while undefined, with the place. The packages of
-- this project may do both.
local owners = require 'pen.th.owners'
local before = getmetatable(_G) or {} -- Penlight's modules are found through it
local PROGRAM = 3 -- the level of the function that touches the global, for what the metamethods call

local function of_a_package() return owners.is_ours(debug.getinfo(PROGRAM, 'S').source) end

local said = {}

-- Once for each place: it may stand in a loop.
local function warn(text)
  local info = debug.getinfo(PROGRAM, 'Sl')
  local line = ('%s:%d: %s\n'):format(info.short_src, info.currentline, text)
  if said[line] then return end
  said[line] = true
  io.stdout:flush()
  io.stderr:write(line)
end

local function refuse(text) error(text, PROGRAM) end

local function found_before(key)
  local index = before.__index
  if type(index) == 'function' then return index(_G, key) end
  return index and index[key]
end

-- monitor_G(): warnings on stderr. monitor_G(true): errors. monitor_G(f) calls f(name, 'newindex' or 'index') instead.
function monitor_G(how)
  local report, own, known = how == true and refuse or warn, type(how) == 'function' and how, {}
  for name in pairs(_G) do known[name] = true end
  local meta = {}

  function meta.__newindex(globals, name, value)
    if not known[name] and not of_a_package() then
      if own then own(name, 'newindex') else report(('global %s is created'):format(tostring(name))) end
    end
    known[name] = true
    rawset(globals, name, value)
  end

  function meta.__index(_, name)
    local value = found_before(name)
    if value ~= nil or of_a_package() then return value end
    if own then own(name, 'index') else report(('global %s is read, but undefined'):format(tostring(name))) end
  end

  setmetatable(_G, meta)
end
