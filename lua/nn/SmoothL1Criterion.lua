-- nn.SmoothL1Criterion([sizeAverage]): mean, or sum if sizeAverage is false, of d^2 / 2 where |d| < 1, else |d| - 1/2;
-- d = input - target.
require('nn.margin_loss').define('SmoothL1Criterion', function(self, sizeAverage)
  self.sizeAverage = sizeAverage ~= false
end, function(_, x, t)
  local d = torch.add(x, -1, t):abs()
  local low = torch.cmin(d, 1) -- low d - low^2 / 2 is both cases
  return d:cmul(low):addcmul(-0.5, low, low)
end, function(_, x, t)
  return torch.add(x, -1, t):clamp(-1, 1)
end)
