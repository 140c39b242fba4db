-- nn.Reshape(sizes... [, batchMode]): the input, copied if it is not contiguous, with other sizes. batchMode true: the
-- first dimension is a batch and stays; false: there is none; nil: there is one unless the number of elements agrees
-- (an input whose first size is 1 always counts as a batch).
local Reshape, parent = torch.class('nn.Reshape', 'nn.Module')

function Reshape:__init(...)
  parent.__init(self)
  local sizes = {...}
  if type(sizes[#sizes]) == 'boolean' then self.batchMode = table.remove(sizes) end
  if torch.isStorage(sizes[1]) then sizes = sizes[1]:totable() end
  self.size, self.nelement = torch.LongStorage(sizes), 1
  for _, size in ipairs(sizes) do self.nelement = self.nelement * size end
end

function Reshape:updateOutput(input)
  local whole = self.batchMode == false or
    (self.batchMode == nil and input:nElement() == self.nelement and input:size(1) ~= 1)
  if whole then
    self.output:set(input:contiguous():view(self.size))
  else
    self.output:set(input:contiguous():view(input:size(1), unpack(self.size:totable())))
  end
  return self.output
end

function Reshape:updateGradInput(input, gradOutput)
  return self.gradInput:set(gradOutput:contiguous():viewAs(input))
end

function Reshape:__tostring__()
  return ('%s(%s)'):format(torch.type(self), table.concat(self.size:totable(), 'x'))
end
