-- nn.FlattenTable: the tensors of a nested table as one list, depth first. output and input_map, which has the input's
-- shape and holds places in the list, stay the same tables while the input's shape does.
local FlattenTable, parent = torch.class('nn.FlattenTable', 'nn.Module')

function FlattenTable:__init()
  parent.__init(self)
  self.output, self.input_map, self.gradInput = {}, {}, {}
end

-- Appends the tensors of input to list; returns their places, nested like it.
local function flatten(list, input)
  if type(input) ~= 'table' then
    list[#list + 1] = input
    return #list
  end
  local map = {}
  for i, entry in ipairs(input) do map[i] = flatten(list, entry) end
  return map
end

local function same_shape(a, b)
  if type(a) ~= 'table' or type(b) ~= 'table' then return a == b end
  if #a ~= #b then return false end
  for i = 1, #a do
    if not same_shape(a[i], b[i]) then return false end
  end
  return true
end

function FlattenTable:updateOutput(input)
  local list = {}
  local map = flatten(list, input)
  if not same_shape(map, self.input_map) then self.input_map, self.output = map, {} end
  for i, tensor in ipairs(list) do self.output[i] = tensor end
  return self.output
end

local function nested(map, list)
  if type(map) ~= 'table' then return list[map] end
  local result = {}
  for i, entry in ipairs(map) do result[i] = nested(entry, list) end
  return result
end

function FlattenTable:updateGradInput(_, gradOutput)
  self.gradInput = nested(self.input_map, gradOutput)
  return self.gradInput
end

function FlattenTable:clearState()
  self.input_map = {}
  return parent.clearState(self)
end
