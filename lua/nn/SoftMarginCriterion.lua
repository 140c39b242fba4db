-- nn.SoftMarginCriterion(): mean of log(1 + exp(-x t)) for targets t of 1 and -1.
require('nn.margin_loss').define('SoftMarginCriterion', function() end, function(_, x, t)
  return torch.cmul(x, t):mul(-1):exp():log1p()
end, function(_, x, t)
  return torch.cmul(x, t):mul(-1):sigmoid():cmul(t):mul(-1) -- -t / (1 + exp(x t))
end)
