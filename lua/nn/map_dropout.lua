-- The classes that drop whole maps: of C x (sides), or of a batch of them.
local layer = require 'nn.layer'

local M = {}

-- sides: dimensions of a map.
function M.define(name, sides)
  local Class, parent = torch.class('nn.' .. name, 'nn.Module')

  -- stochasticInference: drop in evaluation too, without the factor 1 - p.
  function Class:__init(p, stochasticInference)
    parent.__init(self)
    self.p, self.stochastic_inference, self.train = p or 0.5, stochasticInference or false, true
    self.noise = torch.Tensor()
  end

  local function drops(self) return self.train or self.stochastic_inference end

  -- A view of noise, one number per map, that expands to t.
  local function spread(self, t)
    local size = t:size()
    for d = t:dim() - sides + 1, t:dim() do size[d] = 1 end
    return self.noise:resize(size)
  end

  function Class:updateOutput(input)
    layer.check_type(self, input)
    self.output:resizeAs(input):copy(input)
    if input:dim() ~= sides + 1 and input:dim() ~= sides + 2 then
      error(('%s: expected %d or %d dimensions'):format(torch.type(self), sides + 1, sides + 2), 2)
    end
    if not drops(self) then return self.output:mul(1 - self.p) end
    return self.output:cmul(spread(self, input):bernoulli(1 - self.p):expandAs(input))
  end

  function Class:updateGradInput(input, gradOutput)
    if not drops(self) then return self.gradInput:mul(gradOutput, 1 - self.p) end
    return self.gradInput:cmul(gradOutput, spread(self, input):expandAs(input))
  end

  function Class:setp(p)
    self.p = p
  end

  function Class:clearState()
    self.noise:set()
    return parent.clearState(self)
  end

  function Class:__tostring__()
    return ('%s(%f)'):format(torch.type(self), self.p)
  end
end

return M
