-- Where a reader or writer of objects is, told only in messages: the file, the byte and the way through the object, as
-- in "model.t7: at byte 1234, in modules[3].weight: ...". On the way only the keys are noted: trail[1 .. depth].
local error = require 'pen.blame'
local M = {}

local SHOWN = 8 -- keys at either end of a long way

-- A mark in place of a key: what follows is an entry of this list of a function's upvalues, {name =, value =}.
function M.upvalues(list) return {upvalues = list} end

local function key_text(key)
  if type(key) == 'number' then return ('[%.14g]'):format(key) end
  if type(key) ~= 'string' then return ('[%s]'):format(type(key) == 'boolean' and tostring(key) or torch.type(key)) end
  return key:find('^[%a_][%w_]*$') and '.' .. key or ('[%q]'):format(#key > 40 and key:sub(1, 40) .. '...' or key)
end

-- Text of the key at place i and how many of the trail it takes.
local function step(trail, i)
  local key = trail[i]
  if type(key) ~= 'table' or not key.upvalues then return key_text(key), 1 end
  local number = i < trail.depth and trail[i + 1] or nil
  local entry = key.upvalues[number]
  return (', upvalue %s'):format(entry and entry.name or number or 'list'), 3
end

-- 'modules[3].weight'; what lies in the middle of a long one is left out.
local function way(trail)
  local parts, i = {}, 1
  while i <= trail.depth do
    local text, taken = step(trail, i)
    parts[#parts + 1] = i > SHOWN and i <= trail.depth - SHOWN and '\0' or text
    i = i + taken
  end
  return (table.concat(parts):gsub('%z+', ' ... '):gsub('\\?\n', '\\n'):gsub('^%.', ''):gsub('^, ', ''))
end

local function message(file, trail, problem)
  local place = trail.reading and {('at byte %d'):format(file:position())} or {}
  if trail.depth > 0 then place[#place + 1] = 'in ' .. way(trail) end
  local where = #place > 0 and table.concat(place, ', ') .. ': ' or ''
  return ('%s: %s%s'):format(file.name or 'torch.MemoryFile', where, problem)
end

-- body(file, object) with file.trail; a message that it raises gets the place in front. What cannot be read is the
-- file's fault, what cannot be written the caller's: only there his line is named.
function M.follow(file, reading, body, object)
  if file.trail then return body(file, object) end
  local trail = {depth = 0, reading = reading}
  file.trail = trail
  local ok, result = pcall(body, file, object)
  file.trail = nil
  if ok then return result end
  if type(result) ~= 'string' then error(result, 0) end
  error(message(file, trail, result), reading and 0 or nil)
end

return M
