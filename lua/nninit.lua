-- nninit: module:init('weight', nninit.xavier, {dist = 'normal'}) fills one tensor of a module in a chosen way and
-- returns the module. The first argument may be a function that returns the tensor instead of its name.
require 'nn'

local nninit = {}

function nn.Module:init(accessor, initialiser, ...)
  local tensor
  if type(accessor) == 'function' then tensor = accessor(self) else tensor = self[accessor] end
  if not torch.isTensor(tensor) then error(('init: the module has no tensor %s'):format(tostring(accessor)), 2) end
  initialiser(self, tensor, ...)
  return self
end

-- How many numbers each output sums, and how many each input goes into.
local function fans(module, tensor)
  if tensor:dim() < 2 then error('nninit: a tensor of two or more dimensions is needed, not a bias', 3) end
  local outputs, inputs = tensor:size(1), tensor:size(2)
  local kernel = tensor:nElement() / (outputs * inputs)
  if torch.type(module):find('Full', 1, true) then outputs, inputs = inputs, outputs end
  if tensor:dim() == 2 and module.kW then
    kernel = module.kW * (module.kH or 1)
    inputs = inputs / kernel
  end
  return inputs * kernel, outputs * kernel
end

-- A gain is a number, 'relu', or {'lrelu', leakiness}.
local function gain_of(options)
  local gain = options and options.gain or 1
  if type(gain) == 'number' then return gain end
  local name = type(gain) == 'table' and gain[1] or gain
  if name == 'relu' then return math.sqrt(2) end
  if name == 'lrelu' then return math.sqrt(2 / (1 + gain[2] ^ 2)) end
  error('nninit: unknown gain ' .. tostring(name), 3)
end

-- Fills with the deviation given, normally or uniformly distributed.
local function spread(tensor, deviation, options)
  if options and options.dist == 'normal' then return tensor:normal(0, deviation) end
  return tensor:uniform(-deviation * math.sqrt(3), deviation * math.sqrt(3))
end

function nninit.constant(_, tensor, value) tensor:fill(value) end
function nninit.addConstant(_, tensor, value) tensor:add(value) end
function nninit.mulConstant(_, tensor, value) tensor:mul(value) end
function nninit.normal(_, tensor, mean, deviation) tensor:normal(mean, deviation) end
function nninit.addNormal(_, tensor, mean, deviation) tensor:add(tensor:clone():normal(mean, deviation)) end
function nninit.uniform(_, tensor, low, high) tensor:uniform(low, high) end
function nninit.addUniform(_, tensor, low, high) tensor:add(tensor:clone():uniform(low, high)) end
function nninit.copy(_, tensor, source) tensor:copy(source) end

-- Deviations that keep the size of values forwards and backwards (Glorot), or forwards (He).
function nninit.xavier(module, tensor, options)
  local inputs, outputs = fans(module, tensor)
  spread(tensor, gain_of(options) * math.sqrt(2 / (inputs + outputs)), options)
end

function nninit.kaiming(module, tensor, options)
  spread(tensor, gain_of(options) * math.sqrt(1 / (fans(module, tensor))), options)
end

-- Rows, or columns where there are more rows, that are orthogonal to each other and as long as the gain says (Saxe).
function nninit.orthogonal(_, tensor, options)
  local rows = tensor:size(1)
  local columns = tensor:nElement() / rows
  local long, short = math.max(rows, columns), math.min(rows, columns)
  local q = torch.qr(torch.randn(long, short))
  if rows < columns then q = q:t() end
  tensor:copy(q:contiguous():view(tensor:size()):mul(gain_of(options)))
end

return nninit
