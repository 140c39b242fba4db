-- What layers that reduce a dimension share: dimension may be negative, to count from the last; with nInputDims, the
-- dimensions of one sample, a tensor with one more is a batch and dimension counts within its samples.
local M = {}

function M.dimension(self, input)
  local d = self.dimension
  if d < 0 then return input:dim() + d + 1 end
  return d + (self.nInputDims and input:dim() == self.nInputDims + 1 and 1 or 0)
end

-- result without its dimension d, of size 1; a vector keeps it.
function M.drop(result, d)
  return result:dim() > 1 and result:select(d, 1) or result
end

-- A view of t like input but for size 1 in dimension d.
function M.keep(t, input, d)
  local size = input:size()
  size[d] = 1
  return t:contiguous():view(size)
end

-- nn.Max and nn.Min: the extreme along dimension, by the tensors' method of that name.
function M.define_extreme(name, method)
  local Class, parent = torch.class('nn.' .. name, 'nn.Module')

  function Class:__init(dimension, nInputDims)
    parent.__init(self)
    self.dimension, self.nInputDims = dimension or 1, nInputDims
  end

  function Class:updateOutput(input)
    local d, values = M.dimension(self, input), nil
    values, self.place = input[method](input, d)
    return self.output:set(M.drop(values, d))
  end

  function Class:updateGradInput(input, gradOutput)
    local d = M.dimension(self, input)
    return self.gradInput:resizeAs(input):zero():scatter(d, self.place, M.keep(gradOutput, input, d))
  end

  function Class:type(type_name, done)
    if type_name then self.place = nil end -- positions stay whole numbers; the next forward pass finds them again
    return parent.type(self, type_name, done)
  end

  function Class:clearState()
    self.place = nil
    return parent.clearState(self)
  end
end

return M
