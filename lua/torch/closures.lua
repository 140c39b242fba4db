-- Functions in .t7 files: their bytecode, and a list of their upvalues, {name =, id =, value =}. Upvalues with one id
-- are one variable, which the functions that have it share. Older files list the values alone.
local trail = require 'torch.trail'
local M = {}

-- A number for the variable behind the n-th upvalue of f.
local function variable(file, f, n)
  local ids, key = file.written.variables or {count = 0}, debug.upvalueid(f, n)
  file.written.variables = ids
  if not ids[key] then ids.count, ids[key] = ids.count + 1, ids.count + 1 end
  return ids[key]
end

-- The bytecode of f and the list of its upvalues.
function M.take_apart(file, f)
  if debug.getinfo(f, 'S').what == 'C' then error('cannot write a function of C', 0) end
  local list, n = {}, 1
  while true do
    local name, value = debug.getupvalue(f, n)
    if not name then return string.dump(f), list end
    list[n], n = {name = name, id = variable(file, f, n), value = value}, n + 1
  end
end

function M.load(bytecode)
  local f, why = loadstring(bytecode)
  if not f then error('a function that LuaJIT cannot read: ' .. why:gsub('^%[.-%]:', ''), 0) end
  return f
end

-- Puts read upvalues into f. values: whether the list holds the values alone.
function M.fill(file, f, list, values)
  if type(list) ~= 'table' then error('a function without its list of upvalues', 0) end
  file.variables = file.variables or {} -- id -> a function that has the variable, and as which upvalue
  for n = 1, debug.getinfo(f, 'u').nups do
    local entry = list[n]
    local known = not values and type(entry) == 'table' and entry.id ~= nil and file.variables[entry.id]
    if known then debug.upvaluejoin(f, n, known.f, known.n)
    elseif values then debug.setupvalue(f, n, entry)
    elseif type(entry) == 'table' then
      debug.setupvalue(f, n, entry.value)
      if entry.id ~= nil then file.variables[entry.id] = {f = f, n = n} end
    end
  end
end

-- A mark for the trail while the list is read or written.
M.mark = trail.upvalues

return M
