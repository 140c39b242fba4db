-- nn.MaskedLoss: base of the losses that sit in a chain of layers (Gatys et al. 2016; Luan et al. 2018). Going forward
-- the input passes through unchanged; on the way back a loss computes its value, self.loss (a Lua number), and its own
-- gradient g, and hands on (weight * h / (|h| + 1e-8) + gradOutput) * mask with h = g or g * mask.
--
-- Options of every loss, in one table:
--   mask       H x W tensor of the features' type, fractions in [0,1], not empty; full is fine
--   weight     a number, default 1
--   normalize  'none' (default), 'l1' or 'l2': divide the own gradient by its norm
--   mask_own   multiply the own gradient by the mask before it is normalised (h = g * mask); default true
--   positions  when the features are a part of a larger map: how many positions that has; means are over all of it
--
-- A subclass has ownGradient(input), which fills self.gradInput where the mask is not 0 and returns the loss of weight
-- 1. Feature maps are C x H x W floats. After the first evaluation nothing is allocated. Constructors raise at the line
-- that calls them, naming what is wrong.
local T = require 'torch.tensor'
local pen = require 'pen.ffi'

local MaskedLoss, parent = torch.class('nn.MaskedLoss', 'nn.Module')

local norms = {none = 0, l1 = 1, l2 = 2}

-- The level, for error() in the calling function, of the line that says nn.XLoss{...}.
local function program_level()
  local level = 3
  while not debug.getinfo(level, 'S').source:find('torch/class%.lua$') do level = level + 1 end
  return level
end

function MaskedLoss:require(condition, message, ...)
  if not condition then error(torch.typename(self) .. ': ' .. message:format(...), program_level()) end
end

-- "116x200" for messages.
local function shape(t)
  local sizes = {}
  for d = 1, t:dim() do sizes[d] = t:size(d) end
  return table.concat(sizes, 'x')
end

function MaskedLoss:requireMask(mask, what)
  self:require(torch.isTensor(mask), '%s must be a tensor', what)
  self:require(mask:dim() == 2, '%s is %s, expected height x width', what, shape(mask))
  self:require(mask:max() > 0, '%s is empty: it has no position above 0', what)
end

-- features C x H x W over the H x W of mask.
function MaskedLoss:requireFeatures(features, what, mask, mask_name)
  self:require(torch.isTensor(features) and features:dim() == 3, '%s must be channels x height x width', what)
  self:require(features:size(2) == mask:size(1) and features:size(3) == mask:size(2),
               '%s is %s, %s is %s: height and width must agree', what, shape(features), mask_name, shape(mask))
end

-- The number of elements that a mean over the whole map divides by.
function MaskedLoss:elements(positions, features)
  return features:size(1) * (positions or features:size(2) * features:size(3))
end

function MaskedLoss:__init(options)
  parent.__init(self)
  self:require(type(options) == 'table', 'one table of options expected, such as {mask = m, weight = 5}')
  self.strength = options.weight or 1
  self.norm = norms[options.normalize or 'none']
  self:require(type(self.strength) == 'number', 'weight must be a number')
  self:require(self.norm, 'normalize is %s, expected none, l1 or l2', tostring(options.normalize))
  self.mask_own = options.mask_own ~= false
  self.loss = 0
  if options.mask ~= nil then
    self:requireMask(options.mask, 'mask')
    self.mask = options.mask:contiguous()
    self.gradInput, self.output, self._type = self.mask.new(), self.mask.new(), self.mask:type()
  end
end

function MaskedLoss:updateOutput(input)
  self.output = input
  return input
end

function MaskedLoss:updateGradInput(input, gradOutput)
  local features = input:contiguous()
  self.gradInput:resizeAs(features)
  self.loss = self.strength * self:ownGradient(features)
  local backend = T.backend(features)
  pen.check(backend, backend.lib.pen_masked_combine(backend.ctx, self.gradInput, gradOutput:contiguous(), self.mask,
                                                    self.mask_own and 1 or 0, self.norm, self.strength))
  return self.gradInput
end

-- The activations in self.output belong to the layer before.
function MaskedLoss:clearState()
  self.output = self.gradInput.new()
  self.gradInput:set()
  return self
end

function MaskedLoss:__tostring__()
  return ('%s(weight %g)'):format(torch.typename(self), self.strength)
end

return MaskedLoss
