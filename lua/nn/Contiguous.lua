-- nn.Contiguous: the input, copied only if it is not contiguous.
local Contiguous = torch.class('nn.Contiguous', 'nn.Module')

-- A copy has memory of its own: what result held before may be an earlier input.
local function contiguous(result, t)
  return result:set(t:contiguous())
end

function Contiguous:updateOutput(input)
  return contiguous(self.output, input)
end

function Contiguous:updateGradInput(_, gradOutput)
  return contiguous(self.gradInput, gradOutput)
end
