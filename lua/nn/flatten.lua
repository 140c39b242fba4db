-- The work behind Module:getParameters: moves a list of tensors into one 1-D tensor, of which they become views.
-- Tensors that overlap keep overlapping, and what lies between them in their old storages is left behind.
local utils = require 'nn.utils'

-- First and last element of a tensor in its storage; an error when it uses only some of those between.
local function span(tensor)
  local first, distinct = tensor:storageOffset(), 1
  local last = first
  for d = 1, tensor:dim() do
    last = last + (tensor:size(d) - 1) * tensor:stride(d)
    if tensor:stride(d) ~= 0 then distinct = distinct * tensor:size(d) end
  end
  if last - first + 1 > distinct then
    error(('a parameter with %d elements leaves gaps in its storage: clone it first'):format(distinct), 5)
  end
  return first, last
end

-- The tensors that own memory as {tensor, rank of its storage, first, last}, sorted by storage and place.
local function occupied(tensors)
  local rank, count, list = {}, 0, {}
  for _, tensor in ipairs(tensors) do
    if tensor:nElement() > 0 then
      local key = utils.storage_key(tensor)
      if not rank[key] then
        count = count + 1
        rank[key] = count
      end
      local first, last = span(tensor)
      list[#list + 1] = {tensor = tensor, rank = rank[key], first = first, last = last}
    end
  end
  table.sort(list, function(a, b)
    if a.rank ~= b.rank then return a.rank < b.rank end
    return a.first < b.first
  end)
  return list
end

-- Gives each entry the distance between its old and new place; returns the number of elements needed.
local function lay_out(list)
  local used, shift, previous, reached = 0
  for _, entry in ipairs(list) do
    if not previous or previous.rank ~= entry.rank or entry.first > reached then
      shift, reached = used + 1 - entry.first, entry.first - 1
    end
    used = used + math.max(entry.last - reached, 0)
    reached = math.max(reached, entry.last)
    entry.shift, previous = shift, entry
  end
  return used
end

return function(tensors)
  local list = occupied(tensors)
  if #list == 0 then return tensors[1] and tensors[1].new() or torch.Tensor() end
  local flat = list[1].tensor.new(lay_out(list)):zero()
  for _, entry in ipairs(list) do
    local old = entry.tensor
    local new = flat.new():set(flat:storage(), entry.first + entry.shift, old:size(), old:stride())
    new:copy(old)
    old:set(new)
  end
  return flat
end
