-- nn.MixtureTable([dim]): {gates, experts}: the sum of the experts' outputs times their gates. experts: a table, or a
-- tensor with one expert per position along dim (2 for batches, else 1). gates: n, or B x n for experts with a batch.
local buffers = require('nn.table_layer').buffers

local MixtureTable, parent = torch.class('nn.MixtureTable', 'nn.Module')

function MixtureTable:__init(dim)
  parent.__init(self)
  self.dim = dim
  self.gradInput = {}
end

-- Gate i as a view that expands to an expert's output.
local function gate(gates, i, expert)
  local size = expert:size()
  for d = 1, expert:dim() do size[d] = 1 end
  if gates:dim() == 1 then return gates:narrow(1, i, 1):view(size):expandAs(expert) end
  size[1] = gates:size(1)
  return gates:select(2, i):contiguous():view(size):expandAs(expert)
end

local function list(self, gates, experts)
  if type(experts) == 'table' then return experts end
  local d, result = self.dim or gates:dim(), {}
  for i = 1, experts:size(d) do result[i] = experts:select(d, i) end
  return result
end

function MixtureTable:updateOutput(input)
  local gates, experts = input[1], list(self, input[1], input[2])
  if gates:size(gates:dim()) ~= #experts then error('nn.MixtureTable: expected one gate per expert', 2) end
  self.output:resizeAs(experts[1]):zero()
  for i, expert in ipairs(experts) do self.output:addcmul(expert, gate(gates, i, expert)) end
  return self.output
end

function MixtureTable:updateGradInput(input, gradOutput)
  local gates, experts = input[1], list(self, input[1], input[2])
  local of_gates = (self.gradInput[1] or gates.new()):resizeAs(gates)
  local of_experts, single = self.gradInput[2], type(input[2]) ~= 'table'
  if single then
    of_experts = (torch.isTensor(of_experts) and of_experts or gates.new()):resizeAs(input[2])
  else
    of_experts = buffers(type(of_experts) == 'table' and of_experts or {}, #experts, gates)
    for i, expert in ipairs(experts) do of_experts[i]:resizeAs(expert) end
  end
  local parts = list(self, gates, of_experts)
  for i, expert in ipairs(experts) do
    parts[i]:cmul(gradOutput, gate(gates, i, expert))
    local product = torch.cmul(gradOutput, expert)
    if gates:dim() == 1 then
      of_gates[i] = product:sum()
    else
      of_gates:select(2, i):copy(product:view(gates:size(1), -1):sum(2))
    end
  end
  self.gradInput[1], self.gradInput[2] = of_gates, of_experts
  return self.gradInput
end
