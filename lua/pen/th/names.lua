-- The names that a value answers to, and the values that names written in a program stand for: for completion, help and
-- suggestions.
local owners = require 'pen.th.owners'
local pages = require 'pen.th.pages'
local M = {}

-- Where a value's fields are looked up beyond itself: its metatable's __index, or its class.
local function beyond(value)
  local meta = debug.getmetatable(value)
  if type(value) == 'cdata' then
    local name = torch.typename(value)
    return name and torch.getmetatable(name)
  end
  local index = type(meta) == 'table' and rawget(meta, '__index')
  return type(index) == 'table' and index or (type(meta) == 'table' and value ~= meta and meta or nil)
end

-- All names of fields and methods, sorted, those of its classes included, and those of a package that the reference
-- has, though they are loaded on first use only.
function M.fields(value)
  local package = owners.package_of(value)
  local seen, list, depth = package and pages.names(package) or {}, {}, 0
  while value ~= nil and depth < 20 do
    if type(value) == 'table' then
      for key in pairs(value) do
        if type(key) == 'string' then seen[key] = true end
      end
    end
    value, depth = beyond(value), depth + 1
  end
  for name in pairs(seen) do list[#list + 1] = name end
  table.sort(list)
  return list
end

local function name_within(package, content, func)
  for _, name in ipairs(M.fields(content)) do
    local path = package .. '.' .. name
    if rawget(content, name) == func then return path end
    local class = torch.getmetatable(path)
    for _, key in ipairs(class and M.fields(class) or {}) do
      if class[key] == func then return path .. '.' .. key end
    end
  end
end

-- The name under which a package of the reference or one of its classes has a function: torch.cat, nn.Module.forward.
function M.name_of(func)
  for name, content in pairs(package.loaded) do
    local found = type(content) == 'table' and #pages.of(name) > 0 and name_within(name, content, func)
    if found then return found end
  end
end

local function field(value, name)
  local ok, found = pcall(function() return value[name] end)
  if ok then return found end
end

-- The value of a path such as 'torch.Tensor' or 'net.modules[1]'; find(name) gives its first part (default: globals).
-- Nothing is called. nil where the path leads nowhere.
function M.resolve(path, find)
  local first, rest = path:match('^([%a_][%w_]*)(.*)$')
  if not first then return nil end
  local value = (find or function(name) return rawget(_G, name) end)(first)
  while rest ~= '' and value ~= nil do
    local name, after = rest:match('^[.:]([%a_][%w_]*)(.*)$')
    local index, behind = rest:match('^%[(%d+)%](.*)$')
    if not name and not index then return nil end
    value, rest = field(value, name or tonumber(index)), name and after or behind
  end
  return value
end

return M
