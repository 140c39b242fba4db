-- nn.SpatialDivisiveNormalization([nInputPlane = 1 [, kernel = 9 x 9 ones [, threshold = 1e-4 [, thresval]]]]): divides
-- each pixel by the root of the weighted mean square of its neighbourhood in all maps, itself divided by the share of
-- the kernel that is inside; roots not above threshold count as thresval (the threshold).
local neighbourhood = require 'nn.neighbourhood'

local SpatialDivisiveNormalization, parent = torch.class('nn.SpatialDivisiveNormalization', 'nn.Module')

function SpatialDivisiveNormalization:__init(nInputPlane, kernel, threshold, thresval)
  parent.__init(self)
  self.nInputPlane = nInputPlane or 1
  self.kernel = neighbourhood.kernel(kernel, self.nInputPlane)
  self.threshold = threshold or 1e-4
  self.thresval = thresval or threshold or 1e-4
end

-- Torch's files hold the kernel as it was given.
function SpatialDivisiveNormalization:read(file)
  parent.read(self, file)
  self.kernel = neighbourhood.kernel(self.kernel, self.nInputPlane)
end

-- The divisors, 1 map, and a mask of those that are the threshold's.
local function deviations(self, input)
  local root = neighbourhood.means(self.kernel, torch.cmul(input, input)):sqrt()
  root:cdiv(neighbourhood.coverage(self.kernel, input):expandAs(root))
  local small = root:le(self.threshold)
  return root:maskedFill(small, self.thresval), small
end

function SpatialDivisiveNormalization:updateOutput(input)
  return self.output:cdiv(input, (deviations(self, input)):expandAs(input))
end

-- g / s - x M^T(sum(g x) / (s^3 c^2)), as s^2 = M(x^2) / c^2
function SpatialDivisiveNormalization:updateGradInput(input, gradOutput)
  local s, small = deviations(self, input)
  local c = neighbourhood.coverage(self.kernel, input):expandAs(s)
  local inner = torch.cmul(gradOutput, input):sum(input:dim() - 2)
  inner:cdiv(s):cdiv(s):cdiv(s):cdiv(c):cdiv(c):maskedFill(small, 0)
  local back = neighbourhood.means(self.kernel, inner, true)
  self.gradInput:cdiv(gradOutput, s:expandAs(input))
  return self.gradInput:addcmul(-1, input, back:expandAs(input))
end
