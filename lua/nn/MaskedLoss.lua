-- nn.MaskedLoss: base of the losses that sit in a chain of layers (Gatys et al. 2016; Luan et al. 2018). Going forward
-- the input passes through unchanged; on the way back a loss computes its value, self.loss (a Lua number), and its own
-- gradient g, and hands on (weight * h / (|h| + 1e-8) + gradOutput) * mask with h = g or g * mask.
--
-- Options of every loss, in one table:
--   mask       H x W tensor of the features' type, fractions in [0,1], not empty; full is fine. Must not change
--   weight     a number, default 1
--   normalize  'none' (default), 'l1' or 'l2': divide the own gradient by its norm
--   mask_own   multiply the own gradient by the mask before it is normalised (h = g * mask); default true
--   positions  when the features are a part of a larger map: how many positions that has; means are over all of it
--
-- A subclass has ownGradient(input), which fills self.gradInput where the mask is not 0 and returns the loss of weight
-- 1: a number, or where it was computed, self:value(). Feature maps are C x H x W floats. After the first evaluation
-- nothing is allocated. Constructors raise at the line that calls them, naming what is wrong.
--
-- Reading self:value() waits for the device. nn.MaskedLoss.meter(losses) puts that off until it is asked for all.
local ffi = require 'ffi'
local Box = require 'nn.box'
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

-- One double beside the mask, for the loss of weight 1.
function MaskedLoss:value()
  self.own_value = self.own_value or T.sibling(self.gradInput, 'Double').new(1)
  return self.own_value
end

-- The 0-based places where mask (H x W) is above level, as the kernels take them: an int vector beside the mask.
function MaskedLoss.above(mask, level)
  local backend, count = T.backend(mask), ffi.new('int64_t[1]')
  local all = T.sibling(mask, 'Int').new(mask:nElement())
  pen.check(backend, backend.lib.pen_mask_positions(backend.ctx, all, count, mask, level))
  return all:narrow(1, 1, tonumber(count[0])):clone()
end

-- The same for this loss's mask and its one level.
function MaskedLoss:places(level)
  self.own_places = self.own_places or MaskedLoss.above(self.mask, level)
  return self.own_places
end

-- The gradient to hand on, with the own one of features (contiguous); incoming may be a part of larger planes.
local function hand_on(self, features, incoming)
  self.gradInput:resizeAs(features)
  local own = 0 -- of weight 0 too, at the price of clearing a map
  if self.strength ~= 0 then own = self:ownGradient(features) else self.gradInput:zero() end
  if type(own) == 'number' then self.loss = self.strength * own
  elseif not self.metered then self.loss = self.strength * own[1]
  end
  local backend = T.backend(features)
  pen.check(backend, backend.lib.pen_masked_combine(backend.ctx, self.gradInput, incoming, self.mask,
                                                    self.mask_own and 1 or 0, self.norm, self.strength))
  return self.gradInput
end

function MaskedLoss:updateGradInput(input, gradOutput)
  return hand_on(self, input:contiguous(), gradOutput:contiguous())
end

function MaskedLoss:boxOver(box) return box end

-- For subclasses whose own gradient at a position depends on nothing but the features under the mask:
-- Subclass.focus = MaskedLoss.narrow makes them take part in nn.focus. From then on there is only gradInputWithin. box
-- holds all of the mask. Of losses with one box, the last one copies the features there (looks) to box.features,
-- for all.
function MaskedLoss:narrow(box)
  self.positions = self.positions or self.mask:nElement()
  self.box, self.looks, self.own_places = box, true, nil
  self.mask = Box.part(box, self.mask):contiguous()
  self.moved = self.mask.new()
end

function MaskedLoss:gradInputWithin(input, gradOutput, box)
  local own = self.box
  if not own then return parent.gradInputWithin(self, input, gradOutput, box) end
  local seen = Box.part(own, input)
  if self.looks then own.features:resizeAs(seen):copy(seen) end
  return hand_on(self, own.features, Box.move(gradOutput, box, own, self.moved)), own
end

-- The activations in self.output belong to the layer before.
function MaskedLoss:clearState()
  self.output = self.gradInput.new()
  self.gradInput:set()
  return self
end

-- What is kept beside the mask has types of its own, and is made again when needed.
function MaskedLoss:type(name, ...)
  if name then self.own_value, self.own_places, self.metered = nil, nil, nil end
  return parent.type(self, name, ...)
end

-- Puts the values of these losses, which lie on one device and have masks, into one vector, and their self.loss off
-- until read() is called, which is returned: it sets them all at the price of one copy and returns their sum. A loss
-- belongs to its last meter.
function MaskedLoss.meter(losses)
  if #losses == 0 then return function() return 0 end end
  local values = T.sibling(losses[1].gradInput, 'Double').new(#losses):zero()
  for i, loss in ipairs(losses) do loss.own_value, loss.metered = values:narrow(1, i, 1), true end
  return function()
    local sum, host = 0, T.host(values)
    for i, loss in ipairs(losses) do
      if loss.metered then loss.loss = loss.strength * host[i] end
      sum = sum + loss.loss
    end
    return sum
  end
end

function MaskedLoss:__tostring__()
  return ('%s(weight %g)'):format(torch.typename(self), self.strength)
end

return MaskedLoss
