-- nn.PrintSize([prefix]): the identity; prints the sizes of what passes, both ways.
local PrintSize, parent = torch.class('nn.PrintSize', 'nn.Module')

function PrintSize:__init(prefix)
  parent.__init(self)
  self.prefix = prefix or 'PrintSize'
end

local function size_of(value)
  if value == nil then return 'missing size' end
  return torch.isTensor(value) and value:size() or value
end

function PrintSize:updateOutput(input)
  print(self.prefix .. ':input\n', size_of(input))
  self.output = input
  return self.output
end

function PrintSize:updateGradInput(_, gradOutput)
  print(self.prefix .. ':gradOutput\n', size_of(gradOutput))
  self.gradInput = gradOutput
  return self.gradInput
end

PrintSize.clearState = nn.Identity.clearState
