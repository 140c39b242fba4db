-- Functions in .t7 files: their bytecode, and a list of their upvalues, {name =, id =, value =}. Upvalues with one id
-- are one variable, which the functions that have it share. Older files list the values alone.
--
-- In place of a function that is not read stands one that raises an error when called. Networks hold functions that
-- nothing calls, so a file loads without them; saved again, they are what they were.
local M = {}

local unread = setmetatable({}, {__mode = 'k'}) -- by stand-in: {text, list, from = table that stands for its file}

-- A number for a variable: anything that is the same for all functions that share it.
local function number_of(file, variable)
  local ids = file.written.variables or {count = 0}
  file.written.variables = ids
  if not ids[variable] then ids.count, ids[variable] = ids.count + 1, ids.count + 1 end
  return ids[variable]
end

-- The upvalues of a stand-in, with ids for another file.
local function renumbered(file, was)
  local list = {}
  for n, entry in ipairs(was.list) do
    local id = entry.id and number_of(file, tostring(was.from) .. entry.id) or nil
    list[n] = {name = entry.name, id = id, value = entry.value}
  end
  return list
end

-- The bytecode of f and the list of its upvalues.
function M.take_apart(file, f)
  if unread[f] then return unread[f].text, renumbered(file, unread[f]) end
  if debug.getinfo(f, 'S').what == 'C' then error('Unwritable object <function>: it is one of C', 0) end
  local list, n = {}, 1
  while true do
    local name, value = debug.getupvalue(f, n)
    if not name then return string.dump(f), list end
    list[n], n = {name = name, id = number_of(file, debug.upvalueid(f, n)), value = value}, n + 1
  end
end

-- The function without its upvalues, or nil and why not.
function M.load(bytecode)
  local f, problem = loadstring(bytecode)
  return f, problem and ('it was compiled by another Lua (%s)'):format(problem)
end

function M.stand_in(file, why)
  local name = file.name or 'a torch.MemoryFile'
  return function() error(('this function of %s was not read: %s'):format(name, why), 2) end
end

-- What was read in the place of the list, as the list. values: whether it is one of values alone.
function M.entries(list, values)
  if type(list) ~= 'table' then error('a function without its list of upvalues', 0) end
  local entries, last = {}, 0
  for n in pairs(list) do last = type(n) == 'number' and math.max(last, math.min(n, 255)) or last end
  for n = 1, last do
    local entry = list[n]
    if values or type(entry) ~= 'table' then entry = {value = entry} end
    local id = type(entry.id) == 'number' and entry.id == entry.id and entry.id or nil -- damaged files hold anything
    entries[n] = {name = entry.name, id = id, value = entry.value}
  end
  return entries
end

-- Puts read upvalues into f.
function M.fill(file, f, list)
  file.variables = file.variables or {} -- id -> a function that has the variable, and as which upvalue
  for n = 1, math.min(#list, debug.getinfo(f, 'u').nups) do
    local entry = list[n]
    local known = entry.id and file.variables[entry.id]
    if known then
      debug.upvaluejoin(f, n, known.f, known.n)
    else
      debug.setupvalue(f, n, entry.value)
      if entry.id then file.variables[entry.id] = {f = f, n = n} end
    end
  end
end

-- Keeps with a stand-in what it stands for.
function M.keep(file, f, list, text)
  file.variables = file.variables or {}
  unread[f] = {text = text, list = list, from = file.variables}
end

return M
