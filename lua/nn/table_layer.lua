-- What layers on tables of tensors share.
local M = {}

-- list[i], a tensor of like's type made at need, for i = 1 .. n; entries behind n go.
function M.buffers(list, n, like)
  for i = 1, n do list[i] = list[i] or like.new() end
  for i = #list, n + 1, -1 do list[i] = nil end
  return list
end

-- Calls f with these tensors, or slice by slice where the first is no matrix but a batch of them.
function M.each_matrix(f, first, ...)
  if first:dim() == 2 then return f(first, ...) end
  for i = 1, first:size(1) do
    local slices = {first[i]}
    for j, t in ipairs {...} do slices[j + 1] = t[i] end
    f(unpack(slices))
  end
end

-- A class whose output combines the input's entries, all of one size, element by element: first(output, entry), then
-- combine(output, entry, i) for the others. gradient(self, input, gradOutput, i, g) fills g, of the entry's size.
function M.define(name, first, combine, gradient)
  local Class, parent = torch.class('nn.' .. name, 'nn.Module')

  function Class:__init()
    parent.__init(self)
    self.gradInput = {}
  end

  function Class:updateOutput(input)
    self.output:resizeAs(input[1]):copy(input[1])
    if first then first(self, input[1]) end
    for i = 2, #input do combine(self, self.output, input[i], i) end
    return self.output
  end

  function Class:updateGradInput(input, gradOutput)
    M.buffers(self.gradInput, #input, input[1])
    for i = 1, #input do gradient(self, input, gradOutput, i, self.gradInput[i]:resizeAs(input[i])) end
    return self.gradInput
  end

  return Class, parent
end

-- nn.CMaxTable and nn.CMinTable: choice[i] marks where entry i beat those before it; beats is 'gt' or 'lt'.
function M.define_extreme(name, beats)
  local Class, parent
  Class, parent = M.define(name, function(self, entry)
    self.winner = (self.winner or entry.new()):resizeAs(entry):fill(1)
  end, function(self, output, entry, i)
    local better = entry[beats](entry, output)
    self.winner:maskedFill(better, i)
    output[beats == 'gt' and 'cmax' or 'cmin'](output, entry)
  end, function(self, _, gradOutput, i, g)
    g:eq(self.winner, i):cmul(gradOutput)
  end)

  function Class:clearState()
    self.winner = nil
    return parent.clearState(self)
  end
end

return M
