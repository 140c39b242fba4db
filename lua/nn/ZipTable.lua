-- nn.ZipTable(): a list of lists turned round: {{a1, a2}, {b1, b2}} to {{a1, b1}, {a2, b2}}.
local ZipTable, parent = torch.class('nn.ZipTable', 'nn.Module')

function ZipTable:__init()
  parent.__init(self)
  self.output, self.gradInput = {}, {}
end

local function turned(lists)
  local result = {}
  for i, list in ipairs(lists) do
    for j, entry in ipairs(list) do
      result[j] = result[j] or {}
      result[j][i] = entry
    end
  end
  return result
end

function ZipTable:updateOutput(input)
  self.output = turned(input)
  return self.output
end

function ZipTable:updateGradInput(_, gradOutput)
  self.gradInput = turned(gradOutput)
  return self.gradInput
end
