-- optim.Logger([file [, timestamp]]): writes named numbers and texts as a table, a row for each add, to a file (whose
-- folder is made) or to the standard output; timestamp: the file's name gets date and time. It keeps them in
-- self.symbols. It draws no plots: plot() says so once.
local paths = require 'paths'

local Logger = torch.class('optim.Logger')

function Logger:__init(filename, timestamp)
  self.name = filename or 'stdout'
  if filename then
    paths.mkdir(paths.dirname(filename))
    local name = timestamp and filename .. '-' .. os.date('%Y_%m_%d_%X') or filename
    self.file = io.open(name, 'w') or error('optim.Logger: cannot write ' .. name, 3)
  else
    self.file = io.stdout
    print('<Logger> warning: no path provided, logging to std out')
  end
  self.empty = true
  self.symbols, self.styles, self.names, self.idx = {}, {}, {}, {}
  self.showPlot, self.defaultStyle, self.logscale = true, '+', false
end

-- A column: its key in the rows to come, and its name.
local function define(self, key, name)
  self.file:write(name, '\t')
  self.symbols[key], self.styles[key], self.names[key], self.idx[name] = {}, {self.defaultStyle}, name, key
end

-- The names of the columns of rows that are lists.
function Logger:setNames(names)
  self.empty, self.nsymbols = false, #names
  for key, name in ipairs(names) do define(self, key, name) end
  self.file:write('\n')
  self.file:flush()
  return self
end

-- Writes a row: a list in the order of the names, or {name = value}.
function Logger:add(symbols)
  if self.empty then
    self.empty, self.nsymbols = false, #symbols
    for key in pairs(symbols) do define(self, key, key) end
    self.file:write('\n')
  end
  for key, value in pairs(symbols) do
    local kind = type(value)
    if kind ~= 'number' and kind ~= 'string' then error('optim.Logger: only numbers and strings, got a ' .. kind, 2) end
    self.file:write(kind == 'number' and ('%11.4e'):format(value) or value, '\t')
    table.insert(self.symbols[key], value)
  end
  self.file:write('\n')
  self.file:flush()
end

-- How columns would be drawn: {column = style or list of styles}.
function Logger:style(symbols)
  for key, style in pairs(symbols) do
    if type(style) ~= 'string' and type(style) ~= 'table' then
      error('optim.Logger: a style is a string or a list of them', 2)
    end
    self.styles[key] = type(style) == 'string' and {style} or style
  end
  return self
end

function Logger:setlogscale(state) self.logscale = state end

function Logger:display(state) self.showPlot = state end

function Logger:plot()
  if not self.warned then print('<Logger> warning: plots are not drawn here') end
  self.warned = true
end
