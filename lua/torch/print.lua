-- How tensors and storages print: Torch's layout, so that logs compare. The number format follows the whole tensor.
local T = require 'torch.tensor'
local M = {}

local WIDTH = 80

local function digits(x) return x == 0 and 1 or math.floor(math.log10(x)) + 1 end

-- Format string, width (nil with NaN among them) and common scale for a list of numbers. Infinities count as whole
-- numbers of endless digits.
local function number_format(list)
  local integers, low, high = true, math.huge, 0
  for i = 1, #list do
    local x = list[i]
    if x ~= x then return '%f', nil, 1 end
    if x ~= math.floor(x) then integers = false end
    low, high = math.min(low, math.abs(x)), math.max(high, math.abs(x))
  end
  local first, last = digits(low), digits(high)
  if integers then
    if last > 9 then return '%11.4e', 11, 1 end
    return '%' .. last + 1 .. 'd', last + 1, 1
  end
  if last - first > 4 then
    local width = (math.abs(first) > 99 or math.abs(last) > 99) and 12 or 11
    return '%' .. width .. '.4e', width, 1
  end
  if last > 5 or last < 0 then return '%7.4f', 7, 10 ^ (last - 1) end
  if last == 0 then return '%7.4f', 7, 1 end
  return '%' .. last + 6 .. '.4f', last + 6, 1
end

local function vector(list, lines)
  local format, _, scale = number_format(list)
  if scale ~= 1 then lines[#lines + 1] = ('%g *'):format(scale) end
  for i = 1, #list do lines[#lines + 1] = format:format(list[i] / scale) end
end

local function matrix(rows, indent, lines, format, width, scale)
  local columns = #rows[1]
  local per_line = width and math.max(1, math.floor((WIDTH - #indent) / (width + 1))) or columns
  for first = 1, columns, per_line do
    local last = math.min(columns, first + per_line - 1)
    if columns > per_line then
      if first > 1 then lines[#lines + 1] = '' end
      lines[#lines + 1] = (first == 1 and indent or '') .. ('Columns %d to %d'):format(first, last)
    end
    if scale ~= 1 then lines[#lines + 1] = indent .. ('%g *'):format(scale) end
    for _, row in ipairs(rows) do
      local texts = {}
      for i = first, last do texts[#texts + 1] = format:format(row[i] / scale) end
      lines[#lines + 1] = indent .. (scale ~= 1 and ' ' or '') .. table.concat(texts, ' ')
    end
  end
end

-- The matrices of the last two dimensions; of the others the first one runs fastest.
local function blocks(t, lines, ...)
  local sizes, count = t:size(), 1
  for d = 1, t.ndim - 2 do count = count * sizes[d] end
  for i = 0, count - 1 do
    local part, place = t, {}
    for d = 1, t.ndim - 2 do
      place[d] = i % sizes[d] + 1
      part, i = part[place[d]], math.floor(i / sizes[d])
    end
    if #lines > 0 then lines[#lines + 1] = '' end
    lines[#lines + 1] = '(' .. table.concat(place, ',') .. ',.,.) = '
    matrix(part:totable(), ' ', lines, ...)
  end
end

local function closing(typename, sizes)
  return ('[%s of size %s]\n'):format(typename, sizes)
end

function M.tensor(t)
  local typename = T.class(t).typename
  if t.ndim == 0 then return ('[%s with no dimension]\n'):format(typename) end
  local lines = {}
  local all = t:contiguous():view(-1):totable()
  if t.ndim == 1 then
    vector(all, lines)
  elseif t.ndim == 2 then
    matrix(t:totable(), '', lines, number_format(all))
  else
    blocks(t, lines, number_format(all))
  end
  lines[#lines + 1] = closing(typename, T.shape_text(t))
  return table.concat(lines, '\n')
end

function M.storage(s)
  local lines = {}
  if s:size() > 0 then vector(s:totable(), lines) end
  lines[#lines + 1] = closing(T.class(s).typename, s:size())
  return table.concat(lines, '\n')
end

return M
