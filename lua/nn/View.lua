-- nn.View(sizes...): the contiguous input seen with other sizes; one of them may be -1 and takes what is left. What the
-- sizes do not account for becomes a leading batch dimension; so does every dimension beyond setNumInputDims(n).
local View, parent = torch.class('nn.View', 'nn.Module')

function View:__init(...)
  parent.__init(self)
  self:resetSize(...)
end

function View:resetSize(...)
  local sizes = {...}
  if torch.isStorage(sizes[1]) then sizes = sizes[1]:totable() end
  self.size, self.numElements = torch.LongStorage(sizes), 1
  local open = 0
  for _, size in ipairs(sizes) do
    if size >= 0 then self.numElements = self.numElements * size else open = open + 1 end
  end
  if open > 1 then error('nn.View: only one size may be -1', 3) end
  return self
end

function View:setNumInputDims(n)
  self.numInputDims = n
  return self
end

local function has_open_size(self)
  for i = 1, self.size:size() do
    if self.size[i] < 0 then return true end
  end
  return false
end

-- Size of the batch dimension, nil when there is none.
local function batch_size(self, input)
  local dims = input:dim()
  local inner, batch, elements = math.min(self.numInputDims or dims, dims), 1, 1
  for i = 1, dims do
    if i <= dims - inner then batch = batch * input:size(i) else elements = elements * input:size(i) end
  end
  if elements % self.numElements ~= 0 then
    error(('nn.View: %d elements do not fill a view of %d'):format(elements, self.numElements), 3)
  end
  if not has_open_size(self) then batch = batch * elements / self.numElements end
  if batch == 1 and dims <= inner then return nil end
  return batch
end

function View:updateOutput(input)
  local batch = batch_size(self, input)
  if batch then
    self.output = input:view(batch, unpack(self.size:totable()))
  else
    self.output = input:view(self.size)
  end
  return self.output
end

function View:updateGradInput(input, gradOutput)
  self.gradInput = gradOutput:contiguous():view(input:size())
  return self.gradInput
end

function View:__tostring__()
  return ('%s(%s)'):format(torch.type(self), table.concat(self.size:totable(), ', '))
end
