-- The convolutions whose maps are connected by a table (nn.tables), rows {input map, output map}: weight[k] is the
-- kernel of connection k. They lay their kernels out among zeros and leave the work to a dense convolution.
local layer = require 'nn.layer'

local M = {}

-- inputs_first: the dense class's weight is nIn x nOut x kH x kW, not nOut x nIn x kH x kW.
function M.define(name, dense, inputs_first)
  local Class, parent = torch.class('nn.' .. name, 'nn.Module')

  function Class:__init(conMatrix, kW, kH, dW, dH)
    parent.__init(self)
    self.connTable, self.kW, self.kH, self.dW, self.dH = conMatrix, kW, kH, dW or 1, dH or 1
    self.nInputPlane, self.nOutputPlane = conMatrix:select(2, 1):max(), conMatrix:select(2, 2):max()
    local n = conMatrix:size(1)
    self.weight, self.bias = torch.Tensor(n, kH, kW), torch.Tensor(self.nOutputPlane)
    self.gradWeight, self.gradBias = torch.zeros(n, kH, kW), torch.zeros(self.nOutputPlane)
    self:reset()
  end

  -- By the number of connections of each output map, if no stdv is given.
  function Class:reset(stdv)
    local count = {}
    for k = 1, self.connTable:size(1) do
      local to = self.connTable[k][2]
      count[to] = (count[to] or 0) + 1
    end
    local function bound(to) return layer.bound(stdv, self.kW * self.kH * (count[to] or 1)) end
    for k = 1, self.connTable:size(1) do
      local b = bound(self.connTable[k][2])
      self.weight[k]:uniform(-b, b)
    end
    for to = 1, self.nOutputPlane do self.bias:narrow(1, to, 1):uniform(-bound(to), bound(to)) end
  end

  local function kernel(self, weight, k)
    local from, to = self.connTable[k][1], self.connTable[k][2]
    return inputs_first and weight[from][to] or weight[to][from]
  end

  -- The dense convolution, with this one's numbers of now.
  local function full(self)
    local net = nn[dense](self.nInputPlane, self.nOutputPlane, self.kW, self.kH, self.dW, self.dH):type(self._type)
    net.weight:zero()
    for k = 1, self.weight:size(1) do kernel(self, net.weight, k):add(self.weight[k]) end
    net.bias:copy(self.bias)
    return net
  end

  function Class:updateOutput(input)
    return self.output:set(full(self):updateOutput(input))
  end

  function Class:updateGradInput(input, gradOutput)
    return self.gradInput:set(full(self):updateGradInput(input, gradOutput))
  end

  function Class:accGradParameters(input, gradOutput, scale)
    local net = full(self)
    net:zeroGradParameters()
    net:accGradParameters(input, gradOutput, scale or 1)
    for k = 1, self.weight:size(1) do self.gradWeight[k]:add(kernel(self, net.gradWeight, k)) end
    self.gradBias:add(net.gradBias)
  end

  function Class:decayParameters(decay)
    self.weight:mul(1 - decay)
    self.bias:mul(1 - decay)
  end
end

return M
