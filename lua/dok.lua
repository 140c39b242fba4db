-- dok: how Torch's packages take their arguments apart and describe themselves: dok.unpack, dok.usage, dok.error.
local dok = {}

-- Declarations are {arg = name, type = text, help = text, req = true, default = value, defaulta = other name}.
local function line_of(declaration)
  local text = ('  %-14s = %-24s %s'):format(declaration.arg or '', declaration.type or '', declaration.help or '')
  if declaration.default ~= nil then return text .. ' [default = ' .. tostring(declaration.default) .. ']' end
  if declaration.defaulta then return text .. ' [default = ' .. declaration.defaulta .. ']' end
  return declaration.req and text or text .. ' [optional]'
end

-- A text that says how to call a function. A '' among the declarations begins another form of the call.
function dok.usage(name, description, example, ...)
  local lines = {name .. (description and ': ' .. description or ''), 'usage:'}
  for i = 1, select('#', ...) do
    local declaration = select(i, ...)
    lines[#lines + 1] = type(declaration) == 'table' and line_of(declaration) or 'or:'
  end
  if example then lines[#lines + 1] = 'example: ' .. example end
  return table.concat(lines, '\n')
end

function dok.error(message, name) error((name and name .. ': ' or '') .. message, 3) end

-- Names may be given where the only argument is a table without a list in it, and no object.
local function is_named(arguments)
  local first = arguments[1]
  return #arguments == 1 and type(first) == 'table' and #first == 0 and not torch.typename(first) and next(first) ~= nil
end

-- dok.unpack({...}, name, description, declarations ...) -> a table of all values by name, then the values in order.
-- The arguments stand in order, or in one table by name. A missing one takes its default, or the value of another.
function dok.unpack(arguments, name, description, ...)
  local count, values, given = select('#', ...), {}, arguments
  local named = is_named(arguments)
  if named then given = arguments[1] end
  for i = 1, count do
    local declaration = select(i, ...)
    local value = given[named and declaration.arg or i]
    if value == nil then value = declaration.default end
    if value == nil and declaration.req then
      error(dok.usage(name, description, nil, ...) .. '\n' .. name .. ': missing argument: ' .. declaration.arg, 3)
    end
    values[declaration.arg] = value
  end
  local list = {}
  for i = 1, count do
    local declaration = select(i, ...)
    if values[declaration.arg] == nil and declaration.defaulta then
      values[declaration.arg] = values[declaration.defaulta]
    end
    list[i] = values[declaration.arg]
  end
  return values, unpack(list, 1, count)
end

_G.dok = dok
return dok
