-- nn.ZipTableOneToMany(): {v, {a, b, ...}} to {{v, a}, {v, b}, ...}.
local ZipTableOneToMany, parent = torch.class('nn.ZipTableOneToMany', 'nn.Module')

function ZipTableOneToMany:__init()
  parent.__init(self)
  self.output, self.gradInput = {}, {}
end

function ZipTableOneToMany:updateOutput(input)
  self.output = {}
  for i, entry in ipairs(input[2]) do self.output[i] = {input[1], entry} end
  return self.output
end

function ZipTableOneToMany:updateGradInput(input, gradOutput)
  local sum, each = input[1].new():resizeAs(input[1]):zero(), {}
  for i, pair in ipairs(gradOutput) do
    sum:add(pair[1])
    each[i] = pair[2]
  end
  self.gradInput = {sum, each}
  return self.gradInput
end
