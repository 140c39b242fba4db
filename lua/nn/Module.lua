-- nn.Module: base of all layers. A layer defines updateOutput(input), which fills and returns self.output, and
-- updateGradInput(input, gradOutput), which fills and returns self.gradInput; one with parameters (weight, bias, or
-- what its parameters() lists) also accGradParameters(input, gradOutput, scale), which adds to their gradients.
local Box = require 'nn.box'
local utils = require 'nn.utils'
local written = require 'nn.written'

local Module = torch.class('nn.Module')

function Module:__init()
  self.gradInput = torch.Tensor()
  self.output = torch.Tensor()
  self._type = self.output:type()
end

-- ---- forward and backward ----

function Module:updateOutput(_)
  return self.output
end

function Module:updateGradInput(_, _)
  return self.gradInput
end

function Module:accGradParameters(_, _, _)
end

function Module:forward(input)
  return self:updateOutput(input)
end

-- After forward(input): the gradient for the input, while scale (default 1) times the gradients for the parameters is
-- added to theirs.
function Module:backward(input, gradOutput, scale)
  scale = scale or 1
  self:updateGradInput(input, gradOutput)
  self:accGradParameters(input, gradOutput, scale)
  return self.gradInput
end

-- As backward, but steps the parameters by -lr times their gradients at once.
function Module:backwardUpdate(input, gradOutput, lr)
  self:updateGradInput(input, gradOutput)
  self:accUpdateGradParameters(input, gradOutput, lr)
  return self.gradInput
end

-- A gradient is linear in its scale, so unshared parameters stand in for their own gradients.
function Module:defaultAccUpdateGradParameters(input, gradOutput, lr)
  local gradWeight, gradBias = self.gradWeight, self.gradBias
  self.gradWeight, self.gradBias = self.weight, self.bias
  self:accGradParameters(input, gradOutput, -lr)
  self.gradWeight, self.gradBias = gradWeight, gradBias
end

-- Shared parameters must not change before their gradients are complete.
function Module:sharedAccUpdateGradParameters(input, gradOutput, lr)
  if not self:parameters() then return end
  self:zeroGradParameters()
  self:accGradParameters(input, gradOutput, 1)
  self:updateParameters(lr)
end

function Module:accUpdateGradParameters(input, gradOutput, lr)
  local way = self.shared and self.sharedAccUpdateGradParameters or self.defaultAccUpdateGradParameters
  return way(self, input, gradOutput, lr)
end

function Module:__call__(input, gradOutput)
  self:forward(input)
  if not gradOutput then return self.output end
  self:backward(input, gradOutput)
  return self.output, self.gradInput
end

-- ---- within boxes: see nn.focus ----

function Module:boxOver() return Box.whole(self.output) end

function Module:gradInputWithin(input, gradOutput, box)
  self.completed = self.completed or gradOutput.new()
  local whole = Box.whole(self.output)
  local gradInput = self:updateGradInput(input, Box.move(gradOutput, box, whole, self.completed):contiguous())
  return gradInput, Box.whole(gradInput)
end

-- ---- parameters ----

-- Two lists, parameters and their gradients; nothing when there are none.
function Module:parameters()
  if self.weight and self.bias then
    return {self.weight, self.bias}, {self.gradWeight, self.gradBias}
  elseif self.weight then
    return {self.weight}, {self.gradWeight}
  elseif self.bias then
    return {self.bias}, {self.gradBias}
  end
end

function Module:zeroGradParameters()
  local _, gradients = self:parameters()
  for _, gradient in ipairs(gradients or {}) do gradient:zero() end
end

-- One step down the gradient.
function Module:updateParameters(lr)
  local parameters, gradients = self:parameters()
  for i, parameter in ipairs(parameters or {}) do parameter:add(-lr, gradients[i]) end
end

-- All parameters as one 1-D tensor, and all gradients as another; the layers' own tensors become views of them. Call it
-- once, after converting types: conversions afterwards would part them.
function Module:getParameters()
  local parameters, gradients = self:parameters()
  local flat = Module.flatten(parameters or {})
  local flat_gradient = Module.flatten(gradients or {})
  if flat:nElement() ~= flat_gradient:nElement() then
    local text = '%d parameters, but %d gradients: they are not shared alike'
    error(text:format(flat:nElement(), flat_gradient:nElement()), 2)
  end
  return flat, flat_gradient
end

Module.flatten = require 'nn.flatten'

-- Makes the named tensors of this module views of other's: from now on they are one.
function Module:share(other, ...)
  for _, name in ipairs {...} do
    if name:find('^grad') then -- those may not have been made yet
      self:parameters()
      other:parameters()
    end
    if self[name] then
      self[name]:set(other[name])
      self.shared, other.shared = true, true
    end
  end
  return self
end

-- A copy of the module with tensors of its own, except the named ones, which it shares.
function Module:clone(...)
  local copy = utils.deepCopy(self)
  if select('#', ...) > 0 then copy:share(self, ...) end
  return copy
end

-- Sets the parameters to random numbers; layers with parameters define it.
function Module:reset()
end

-- ---- state ----

function Module:training()
  self.train = true
end

function Module:evaluate()
  self.train = false
end

-- Without a name, the tensor type; with one, converts every tensor in the module, those of sub-modules, criteria and
-- tables too, and returns the module. See utils.recursiveType for done.
function Module:type(type_name, done)
  if not type_name then return self._type end
  done = done or {}
  done[self] = true
  for key, value in pairs(self) do self[key] = utils.recursiveType(value, type_name, done) end
  self._type = type_name
  return self
end

function Module:float(...)
  return self:type('torch.FloatTensor', ...)
end

function Module:double(...)
  return self:type('torch.DoubleTensor', ...)
end

function Module:cuda(...)
  return self:type('torch.CudaTensor', ...)
end

-- What files hold of a module: its fields, and more for Torch. Classes that changed since old files were made define
-- read anew.
function Module:write(file)
  file:writeObject(written(self))
end

function Module:read(file)
  for key, value in pairs(file:readFields()) do self[key] = value end
end

-- Drops outputs and gradients, for saving or to free memory.
function Module:clearState()
  return utils.clear(self, 'output', 'gradInput', 'completed')
end

-- ---- the tree of modules ----

-- callback(module) for this module, then for all below it.
function Module:apply(callback)
  callback(self)
  for _, module in ipairs(self.modules or {}) do module:apply(callback) end
end

-- Puts callback(module) in place of each module, from the top down; returns the new top.
function Module:replace(callback)
  local new = callback(self)
  for i, module in ipairs(new.modules or {}) do new.modules[i] = module:replace(callback) end
  if new.sync then new:sync() end
  return new
end

-- This module and all below it, as often as they occur.
function Module:listModules()
  local list = {}
  self:apply(function(module) list[#list + 1] = module end)
  return list
end

-- All modules of a class (its exact name), and the container of each.
function Module:findModules(type_name, container)
  local found, containers = {}, {}
  local function search(module, parent)
    if torch.typename(module) == type_name then
      found[#found + 1] = module
      containers[#containers + 1] = parent
    end
    for _, child in ipairs(module.modules or {}) do search(child, module) end
  end
  search(self, container or self)
  return found, containers
end

function Module:__tostring__()
  return torch.type(self)
end
