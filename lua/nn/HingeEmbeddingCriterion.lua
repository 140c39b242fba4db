-- nn.HingeEmbeddingCriterion([margin = 1]): mean of x where the target is 1, of max(0, margin - x) where it is -1.
require('nn.margin_loss').define('HingeEmbeddingCriterion', function(self, margin)
  self.margin = margin or 1
end, function(self, x, t)
  local far = torch.mul(x, -1):add(self.margin):cmax(0)
  local same = t:eq(1):typeAs(x)
  return torch.cmul(x, same):add(far):addcmul(-1, far, same)
end, function(self, x, t)
  local slope = t:eq(1):typeAs(x)
  return slope:add(-1, t:eq(-1):cmul(x:le(self.margin)):typeAs(x))
end)
