-- What a word that has been begun may become: 'to' -> torch, 'torch.ze' -> torch.zeros, 't:cm' -> t:cmul ...
local names = require 'pen.th.names'

local keywords = {'and', 'break', 'do', 'else', 'elseif', 'end', 'false', 'for', 'function', 'if', 'in', 'local', 'nil',
  'not', 'or', 'repeat', 'return', 'then', 'true', 'until', 'while'}

local function callable(value)
  local meta = debug.getmetatable(value)
  return type(value) == 'function' or (type(meta) == 'table' and meta.__call ~= nil)
end

-- Sorted list of the words that begin with this one. Names that begin with __ appear when asked for; after a colon only
-- what can be called does.
return function(word)
  local path, mark, start = word:match('^(.*)([.:])([%a_]?[%w_]*)$')
  local list, value = {}, nil
  if path then
    value = names.resolve(path)
    if value == nil then return list end
  else
    start = word:match('^[%a_][%w_]*$') or (word == '' and '')
    if not start then return list end
  end
  local hidden = start:sub(1, 2) ~= '__'
  local function offer(name)
    if name:sub(1, #start) == start and name:match('^[%a_][%w_]*$') and not (hidden and name:sub(1, 2) == '__') and
      not (mark == ':' and not callable(names.resolve('it.' .. name, function() return value end))) then
      list[#list + 1] = (path and path .. mark or '') .. name
    end
  end
  for _, name in ipairs(names.fields(path and value or _G)) do offer(name) end
  if not path then for _, name in ipairs(keywords) do offer(name) end end
  table.sort(list)
  return list
end
