-- nn.MarginCriterion([margin = 1]): mean of max(0, margin - x t) for targets t of 1 and -1.
require('nn.margin_loss').define('MarginCriterion', function(self, margin)
  self.margin = margin or 1
end, function(self, x, t)
  return torch.cmul(x, t):mul(-1):add(self.margin):cmax(0)
end, function(self, x, t)
  return torch.cmul(x, t):lt(self.margin):typeAs(x):cmul(t):mul(-1)
end)
