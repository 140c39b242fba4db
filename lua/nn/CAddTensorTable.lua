-- nn.CAddTensorTable: {v, {a, b, ...}} gives {v + a, v + b, ...}.
local buffers = require('nn.table_layer').buffers

local CAddTensorTable, parent = torch.class('nn.CAddTensorTable', 'nn.Module')

function CAddTensorTable:__init()
  parent.__init(self)
  self.output, self.gradInput = {}, {}
end

function CAddTensorTable:updateOutput(input)
  local v, list = input[1], input[2]
  if torch.isTensor(self.output) then self.output = {} end -- as Torch's files have it
  buffers(self.output, #list, v)
  for i, entry in ipairs(list) do self.output[i]:add(entry, v) end
  return self.output
end

function CAddTensorTable:updateGradInput(input, gradOutput)
  local v, list = input[1], input[2]
  local sum = (self.gradInput[1] or v.new()):resizeAs(v):zero()
  local each = buffers(self.gradInput[2] or {}, #list, v)
  for i = 1, #list do
    each[i]:resizeAs(list[i]):copy(gradOutput[i])
    sum:add(gradOutput[i])
  end
  self.gradInput[1], self.gradInput[2] = sum, each
  return self.gradInput
end
