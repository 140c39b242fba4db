-- error() for the files of torch: it blames the first line outside them, whatever calls lie between. A level counted by
-- hand is wrong where a function is called from two depths, or by a tail call. Level 0 is none, as in error().
local own = debug.getinfo(1, 'S').source:match('^(.*)pen/blame%.lua$') .. 'torch/'

-- The level of that line as the caller of this function counts it, and the name by which torch was called there. The
-- walk begins at level `from`, counted from here.
local function outside(from)
  local level, name = from, nil
  while true do
    local info = debug.getinfo(level, 'Sn')
    if not info or info.source:sub(1, #own) ~= own then return level - 1, name end
    level, name = level + 1, info.name
  end
end

local M = {}

-- Whether the function that called the caller is one of torch's.
function M.is_torch(level)
  local info = debug.getinfo(level + 1, 'S')
  return info ~= nil and info.source:sub(1, #own) == own
end

local function public(name) return name and not name:find('^_') end

-- An error of C, "pen_function: what is wrong", in the name of what was called; through pen.check only.
function M.raise(text)
  local level, name = outside(5)
  if public(name) then text = text:gsub('^pen_[%w_]+: ', name .. ': ') end
  error(text, level)
end

-- The same for a text without a name.
function M.named(text)
  local level, name = outside(3)
  error(public(name) and name .. ': ' .. text or text, level)
end

return setmetatable(M, {__call = function(_, text, level)
  if level == 0 or type(text) ~= 'string' then error(text, 0) end
  error(text, (outside(3)))
end})
