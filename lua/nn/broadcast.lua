-- Parameters that are smaller than the inputs they meet, and how their gradients are summed.
local M = {}

-- A view of parameter (a vector) that expands to input's size, its elements along dimension d.
function M.along(parameter, input, d)
  local size = {}
  for i = 1, input:dim() do size[i] = i == d and parameter:nElement() or 1 end
  return parameter:view(unpack(size))
end

local function expands(sizes, input)
  if #sizes ~= input:dim() then return false end
  for d, size in ipairs(sizes) do
    if size ~= 1 and size ~= input:size(d) then return false end
  end
  return true
end

-- A view of parameter that expands to input's size: element for element where their numbers agree; else size 1 repeats,
-- and dimensions in front are a batch.
function M.fitted(parameter, input)
  if parameter:nElement() == input:nElement() then return parameter:view(input:size()) end
  local sizes = parameter:size():totable()
  while #sizes < input:dim() do table.insert(sizes, 1, 1) end
  if expands(sizes, input) then return parameter:view(unpack(sizes)) end
  sizes = input:size():totable()
  sizes[1] = 1
  if input:nElement() ~= parameter:nElement() * input:size(1) then
    error(('a parameter of %s does not fit an input of %s'):format(
      table.concat(parameter:size():totable(), 'x'), table.concat(input:size():totable(), 'x')), 3)
  end
  return parameter:view(unpack(sizes))
end

-- gradient + scale * what an expanded view (of fitted or along) collects from each of its elements' copies.
function M.accumulate(gradient, scale, change, view)
  for d = 1, view:dim() do
    if view:size(d) == 1 and change:size(d) > 1 then change = change:sum(d) end
  end
  return gradient:add(scale, change)
end

return M
