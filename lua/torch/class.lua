-- torch.class and what goes with it: classes are metatables, objects plain open tables (Torch: luaT, torch/init.lua).
-- Tensors, storages and generators take part in torch.type and torch.isTypeOf through native(), to which their files
-- add.
local M = {}

local registry = {} -- class name -> metatable
local natives = {} -- class name -> true: not made by torch.class
local native = function() end -- cdata -> class name, if it is one of ours

-- lookup(cdata) is the class name of what it knows.
function M.add_native(lookup)
  local others = native
  native = function(object) return lookup(object) or others(object) end
end

-- Metamethods that an object's class may define under Torch's name (two underscores on both sides), and inherit.
local operators = {
  'add', 'sub', 'mul', 'div', 'mod', 'pow', 'unm', 'concat', 'len', 'eq', 'lt', 'le', 'call', 'tostring',
}

local function add_operators(class)
  for _, name in ipairs(operators) do
    local inherited = '__' .. name .. '__'
    class['__' .. name] = function(a, b, ...)
      local method = (type(a) == 'table' and a[inherited]) or (type(b) == 'table' and b[inherited])
      if method then return method(a, b, ...) end
      if name == 'tostring' then return a.__typename end
      if name == 'eq' then return rawequal(a, b) end
      error(('%s has no %s'):format(M.type(a), inherited), 2)
    end
  end
end

-- 'nn.Linear' -> the table nn, 'Linear'. A third argument of torch.class may name the table.
local function locate(name, module)
  local prefix, last = name:match('^(.*)%.([^.]+)$')
  if not prefix then return module or _G, name end
  if module then return module, last end
  local where = _G
  for part in prefix:gmatch('[^.]+') do
    where = type(where) == 'table' and where[part]
    if not where then error(('torch.class: %s is no module (in %s)'):format(prefix, name), 3) end
  end
  return where, last
end

-- Indexing the module loads nn.Something on first use; a syntax error in that file must show, so no pcall here.
local function find_class(name)
  if registry[name] or type(name) ~= 'string' then return registry[name] end
  local prefix, last = name:match('^(.*)%.([^.]+)$')
  if prefix and type(_G[prefix]) == 'table' then local _ = _G[prefix][last] end
  return registry[name]
end

-- What scripts see as nn.Linear: calling it constructs, indexing it reads and writes the class.
local function constructor(class)
  return setmetatable({}, {
    __index = class,
    __newindex = class,
    __call = function(_, ...)
      local object = setmetatable({}, class)
      if class.__init then object:__init(...) end
      return object
    end,
  })
end

-- torch.class(name [, parent name] [, module table]): returns the class's metatable and its parent's.
function M.class(name, parent, module)
  if type(parent) == 'table' then parent, module = nil, parent end
  local where, last = locate(name, module)
  if natives[name] then error(('torch.class: %s has been already assigned a factory'):format(name), 2) end
  local class = {__typename = name, __version = 1}
  class.__index = class
  class.__factory = function() return setmetatable({}, class) end
  add_operators(class)
  local parent_class
  if parent then
    parent_class = find_class(parent)
    if not parent_class then error(('torch.class: %s, the parent of %s, is unknown'):format(parent, name), 2) end
    setmetatable(class, parent_class)
  end
  registry[name] = class
  rawset(where, last, constructor(class))
  return class, parent_class
end

-- Class name of a Torch object, else nil.
function M.typename(object)
  local kind = type(object)
  if kind == 'table' then
    local class = getmetatable(object)
    return type(class) == 'table' and rawget(class, '__typename') or nil
  elseif kind == 'cdata' then
    return native(object)
  end
end

function M.type(object) return M.typename(object) or type(object) end

-- A Lua pattern fits where it is found in the name; a plain name must be all of it.
local function name_fits(name, pattern)
  local found = name and name:match(pattern)
  return found ~= nil and (found ~= pattern or found == name)
end

-- True when the class of the object, or one of its ancestors, is the wanted one: its name, a pattern that its name
-- fits, its metatable or its constructor.
function M.isTypeOf(object, wanted)
  local pattern = M.typename(wanted) or type(wanted) == 'table' and wanted.__typename or wanted
  if type(pattern) ~= 'string' then error('isTypeOf: a class, its name or a pattern expected', 2) end
  if type(object) ~= 'table' then return name_fits(M.typename(object), pattern) or false end
  local class = getmetatable(object)
  while type(class) == 'table' do
    if name_fits(rawget(class, '__typename'), pattern) then return true end
    class = getmetatable(class)
  end
  return false
end

function M.getmetatable(name) return find_class(name) end
-- A class that is none of torch.class: its name stays its own.
function M.register(name, class) registry[name], natives[name] = class, true end

function M.setmetatable(object, name)
  return setmetatable(object, find_class(name) or error('unknown class ' .. tostring(name), 2))
end

function M.factory(name)
  local class = find_class(name)
  return class and class.__factory
end

function M.getconstructortable(name)
  local where, last = locate(name)
  return where[last]
end

return M
