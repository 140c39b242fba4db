-- Under which names the reference speaks of a value's fields: `t:add(k)` is a tensor's, `m:forward(input)` a module's.
local packages = '@' .. require('pen.ffi').root .. 'lua/'
local M = {}

-- By package, or by the last part of a class's name.
local spoken = {
  torch = {'torch', 't', 'a', 'r'}, string = {'string', 'text'}, libcuda_utils = {'cuda_utils'},
  Tensor = {'t', 'a', 'r', 'torch'}, Storage = {'s'}, File = {'f'}, CmdLine = {'cmd'}, Tester = {'tester'},
  Timer = {'timer'}, Module = {'m'}, Criterion = {'criterion'}, Container = {'c'}, Sequential = {'seq'},
  MaskedLoss = {'loss', 'MaskedLoss'}, Logger = {'log'}, HDF5File = {'file'}, HDF5Group = {'group'},
  HDF5DataSet = {'data'}, Threads = {'pool'},
}

local function add(list, name)
  for _, owner in ipairs(spoken[name] or {name}) do list[#list + 1] = owner end
end

-- The name of an object's class, or of the class itself; nil for other values.
function M.class_of(value)
  if type(value) ~= 'table' then return torch.typename(value) end
  local ok, name = pcall(function() return value.__typename end)
  return ok and type(name) == 'string' and name or nil
end

-- Whether this source, as debug.getinfo gives it, is a file of this project's packages.
function M.is_ours(source) return source:sub(1, #packages) == packages end

-- The package that a table is, or nil.
function M.package_of(value)
  if type(value) ~= 'table' then return nil end
  for name, loaded in pairs(package.loaded) do
    if loaded == value and name ~= '_G' and not name:find('%.') then return name end
  end
end

-- The owners for the fields of the value that a path names; without a path those of globals.
function M.of(path, value)
  if not path then return {'system'} end
  local list, class = {}, M.class_of(value)
  while class do
    add(list, class:match('Tensor$') or class:match('Storage$') or class:match('[^.]*$'))
    local parent = getmetatable(torch.getmetatable(class))
    class = type(parent) == 'table' and rawget(parent, '__typename')
  end
  local name = M.package_of(value)
  if name then add(list, name) end
  list[#list + 1] = path:match('[%w_]*$')
  return list
end

return M
