-- nn.LookupTable(nIndex, nOutput [, paddingValue [, maxNorm [, normType = 2]]]): whole numbers 1 .. nIndex, a vector or
-- a batch of them, become rows of weight. The row paddingValue does not learn; with maxNorm, rows whose normType-norm
-- exceeds it are scaled down to it when they are looked up.
local LookupTable, parent = torch.class('nn.LookupTable', 'nn.Module')

LookupTable.__version = 4 -- as Torch's files say

function LookupTable:__init(nIndex, nOutput, paddingValue, maxNorm, normType)
  parent.__init(self)
  self.weight = torch.Tensor(nIndex, nOutput)
  self.gradWeight = torch.zeros(nIndex, nOutput)
  self.paddingValue, self.maxNorm, self.normType = paddingValue or 0, maxNorm, normType
  self:reset()
end

function LookupTable:reset(stdv)
  self.weight:normal(0, stdv or 1)
end

-- No gradWeight any more: backwardUpdate is the way to learn.
function LookupTable:accUpdateOnly()
  self.gradWeight = nil
  return self
end

function LookupTable:setPadding(paddingValue)
  self.paddingValue = paddingValue
  return self
end

function LookupTable:setMaxNorm(maxNorm)
  self.maxNorm = maxNorm
  return self
end

function LookupTable:setNormType(normType)
  self.normType = normType
  return self
end

-- As Torch: each occurrence of a row counts less, the more there are.
function LookupTable:scaleGradByFreq()
  self.shouldScaleGradByFreq = true
  return self
end

local function places(input)
  if input:dim() ~= 1 and input:dim() ~= 2 then error('nn.LookupTable: expected a vector or a matrix', 3) end
  return input:contiguous():view(-1):long()
end

local function limit_norms(self, list)
  local p = self.normType or 2
  for _, row in ipairs(list:totable()) do
    local vector = self.weight[row]
    local norm = vector:norm(p)
    if norm > self.maxNorm then vector:mul(self.maxNorm / norm) end
  end
end

function LookupTable:updateOutput(input)
  local list = places(input)
  if self.maxNorm then limit_norms(self, list) end
  local rows = self.weight:index(1, list)
  if input:dim() == 2 then rows = rows:view(input:size(1), input:size(2), self.weight:size(2)) end
  return self.output:set(rows)
end

function LookupTable:updateGradInput(input)
  if torch.type(self.gradInput) ~= torch.type(input) then self.gradInput = input.new() end
  return self.gradInput:resize(input:size()):zero()
end

function LookupTable:accGradParameters(input, gradOutput, scale)
  local g, list = gradOutput:contiguous():view(-1, self.weight:size(2)), places(input):totable()
  local count = {}
  for _, row in ipairs(list) do count[row] = (count[row] or 0) + 1 end
  for i, row in ipairs(list) do
    local factor = (scale or 1) / (self.shouldScaleGradByFreq and count[row] or 1)
    if row ~= self.paddingValue then self.gradWeight[row]:add(factor, g[i]) end
  end
end

-- Steps add up, whoever else shares the weight.
LookupTable.sharedAccUpdateGradParameters = nn.Module.defaultAccUpdateGradParameters
