-- nn.DepthConcat(dimension): nn.Concat for outputs that differ in other dimensions too: each is centred among zeros in
-- the largest of them.
local DepthConcat = torch.class('nn.DepthConcat', 'nn.Concat')

-- The part of t, of the joined size, where module i's output lies; first: its place along the dimension.
local function window(self, t, output, first)
  local part = t:narrow(self.dimension, first, output:size(self.dimension))
  for d = 1, t:dim() do
    local room = t:size(d) - output:size(d)
    if d ~= self.dimension and room > 0 then part = part:narrow(d, math.floor(room / 2) + 1, output:size(d)) end
  end
  return part
end

function DepthConcat:updateOutput(input)
  local outputs, size = {}, nil
  for i, module in ipairs(self.modules) do
    outputs[i] = self:rethrowErrors(module, i, 'updateOutput', input)
    size = size or outputs[i]:size():fill(0)
    for d = 1, outputs[i]:dim() do
      local own = outputs[i]:size(d)
      size[d] = d == self.dimension and size[d] + own or math.max(size[d], own)
    end
  end
  self.output:resize(size):zero()
  local first = 1
  for _, output in ipairs(outputs) do
    window(self, self.output, output, first):copy(output)
    first = first + output:size(self.dimension)
  end
  return self.output
end

function DepthConcat:part(gradOutput, output, first)
  return window(self, gradOutput, output, first)
end
