-- nn.Container: base of the modules that hold modules. They stand in self.modules and, for the sake of #container, in
-- the array part of the container itself; call sync() after changing self.modules by hand.
local utils = require 'nn.utils'

local Container, parent = torch.class('nn.Container', 'nn.Module')

function Container:__init(...)
  parent.__init(self, ...)
  self.modules = {}
end

function Container:add(module)
  if type(module) ~= 'table' then
    error(('%s:add needs a module, got a %s'):format(torch.type(self), torch.type(module)), 2)
  end
  self.modules[#self.modules + 1] = module
  self[#self.modules] = module
  return self
end

function Container:get(index)
  return self.modules[index]
end

function Container:size()
  return #self.modules
end

function Container:__len__()
  return #self.modules
end

-- Makes the array part equal to self.modules.
function Container:sync()
  for i = 1, math.max(#self, #self.modules) do self[i] = self.modules[i] end
end

-- ---- errors: the message begins with the way to the module that failed ----

local function with_trace(message)
  if type(message) ~= 'string' or message:find('\nstack traceback:', 1, true) then return message end
  return debug.traceback(message, 2)
end

local function passed(self, index, ok, ...)
  if ok then return ... end
  local cause = ...
  if type(cause) == 'table' then error(cause, 0) end
  error(('In %d module of %s:\n%s'):format(index, torch.type(self), tostring(cause)), 0)
end

-- module[method](module, ...) for self.modules[index]; an error in it names this container and the index first, and
-- ends with the traceback of its cause.
function Container:rethrowErrors(module, index, method, ...)
  return passed(self, index, xpcall(module[method], with_trace, module, ...))
end

-- ---- what is done to all modules ----

-- action(module) for each module held here, not for those below.
function Container:applyToModules(action)
  for _, module in ipairs(self.modules) do action(module) end
end

function Container:zeroGradParameters()
  self:applyToModules(function(module) module:zeroGradParameters() end)
end

function Container:updateParameters(lr)
  self:applyToModules(function(module) module:updateParameters(lr) end)
end

function Container:training()
  self:applyToModules(function(module) module:training() end)
  parent.training(self)
end

function Container:evaluate()
  self:applyToModules(function(module) module:evaluate() end)
  parent.evaluate(self)
end

function Container:share(other, ...)
  for i, module in ipairs(self.modules) do module:share(other.modules[i], ...) end
  return self
end

function Container:reset(stdv)
  self:applyToModules(function(module) module:reset(stdv) end)
end

function Container:clearState()
  utils.renew(self, 'output', 'gradInput') -- they are those of modules, or of modules elsewhere
  self:applyToModules(function(module) module:clearState() end)
  return self
end

function Container:parameters()
  local parameters, gradients = {}, {}
  for _, module in ipairs(self.modules) do
    local own, own_gradients = module:parameters()
    for i, parameter in ipairs(own or {}) do
      parameters[#parameters + 1], gradients[#parameters + 1] = parameter, own_gradients[i]
    end
  end
  return parameters, gradients
end

-- ---- text ----

local function indented(module, prefix)
  return (tostring(module):gsub('\n', '\n' .. prefix))
end

-- The picture of a container whose modules stand side by side; the first branch of each begins with fork ('`->').
function Container:branches_text(fork)
  local lines, count = {torch.type(self) .. ' {', '  input'}, #self.modules
  for i, module in ipairs(self.modules) do
    local bar = i < count and '|' or ' '
    lines[#lines + 1] = ('    %s%s (%d): %s'):format(bar, fork, i, indented(module, '    ' .. bar .. '    '))
  end
  lines[#lines + 1] = '     ... -> output\n}'
  return table.concat(lines, '\n')
end

-- The picture of a container of this name whose modules follow each other.
function Container:chain_text(name)
  local lines, way = {}, {'input'}
  for i, module in ipairs(self.modules) do
    way[#way + 1] = ('(%d)'):format(i)
    lines[#lines + 1] = ('  (%d): %s'):format(i, indented(module, '  '))
  end
  way[#way + 1] = 'output'
  table.insert(lines, 1, ('%s {\n  [%s]'):format(name, table.concat(way, ' -> ')))
  return table.concat(lines, '\n') .. '\n}'
end
