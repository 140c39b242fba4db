-- nn.MultiLabelSoftMarginCriterion([weights [, sizeAverage]]): binary cross-entropy of sigmoid(x) and labels t of 0 and
-- 1, without overflow: mean, or sum if sizeAverage is false, of log(1 + exp(x)) - t x, times weights (of a sample).
local broadcast = require 'nn.broadcast'

local function weighted(self, terms)
  if self.weights then terms:cmul(broadcast.fitted(self.weights, terms):expandAs(terms)) end
  return terms
end

require('nn.margin_loss').define('MultiLabelSoftMarginCriterion', function(self, weights, sizeAverage)
  self.weights, self.sizeAverage = weights, sizeAverage ~= false
end, function(self, x, t)
  local terms = torch.abs(x):mul(-1):exp():log1p():add(torch.cmax(x, 0)):addcmul(-1, t, x)
  return weighted(self, terms)
end, function(self, x, t)
  return weighted(self, torch.sigmoid(x):add(-1, t))
end)
