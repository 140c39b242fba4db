-- What every layer must do, for specs: right gradients for input and parameters, alone and shared; the same results
-- through a file, in float and for views; a batch as its samples.
require 'nn'
local gradcheck = require 'nn.gradcheck'
local helper = require 'helper'
local utils = require 'nn.utils'

local M = {}

local source

-- Begins the numbers of a spec anew, Torch's own too.
function M.seed(n)
  source = helper.numbers(n)
  torch.manualSeed(n)
end

function M.draw(low, high) return source(low, high) end

-- A double tensor of these sizes, of numbers in [-1, 1).
function M.numbers(...) return gradcheck.random_like(torch.Tensor(...), M.draw) end

-- Largest absolute difference of nested values.
local function distance(a, b)
  if torch.isTensor(a) then
    assert(a:isSameSizeAs(b), 'sizes differ')
    return a:nElement() == 0 and 0 or (a:double() - b:double()):abs():max()
  end
  local most = 0
  for key, value in pairs(a) do most = math.max(most, distance(value, b[key])) end
  return most
end
M.distance = distance

function M.same(expected, got) assert(distance(expected, got) < 1e-12) end

local function under(limit, value, what, module)
  if not (value < limit) then error(('%s of %s is off by %g'):format(what, torch.type(module), value), 0) end
end

local function holds(list, t)
  for _, entry in ipairs(list or {}) do
    if entry == t then return true end
  end
end

-- curved: the layer is not linear in its weights, so that two steps that share them are not twice one.
local function check_parameters(module, x, curved)
  local parameters, gradients = module:parameters()
  for i, parameter in ipairs(parameters or {}) do
    local keep = parameter:clone()
    local off = nn.Jacobian.testJacobianParameters(module, x:clone(), parameter, gradients[i])
    under(1e-6, off, 'gradient of parameter ' .. i, module)
    parameter:copy(keep)
  end
  for name, gradient in pairs {weight = 'gradWeight', bias = 'gradBias'} do
    if holds(parameters, module[name]) and not module.modules then
      for how, off in pairs(nn.Jacobian.testAllUpdate(module, x, name, gradient)) do
        if not (curved and how:find('shared')) then under(1e-6, off, name .. ' by ' .. how, module) end
      end
    end
  end
end

-- x with another order in memory, if it has two dimensions or more.
local function turned(x)
  if not torch.isTensor(x) or x:dim() < 2 then return x end
  local n = x:dim()
  return x:transpose(1, n):clone():transpose(1, n)
end

-- make(): a new module, of doubles; x: its input. options.batch: x's first dimension may be a batch of samples;
-- options.loose: tolerance in float; options.curved: not linear in its weights.
function M.layer(make, x, draw, options)
  options = options or {}
  local module = make()
  under(1e-6, gradcheck.module(module, x, draw), 'gradient', module)
  local expected = utils.deepCopy(module:forward(utils.deepCopy(x)))
  under(1e-12, distance(expected, module:forward(turned(x))), 'output of a view', module)
  if torch.isTensor(x) and torch.isTensor(expected) then
    under(1e-12, (nn.Jacobian.testIO(module, x:clone())), 'output through a file', module)
    check_parameters(module, x, options.curved)
  end
  if options.batch then
    for i = 1, x:size(1) do
      under(1e-12, distance(expected[i], module:forward(x[i])), 'output of a sample', module)
    end
  end
  local x32 = utils.recursiveType(utils.deepCopy(x), 'torch.FloatTensor')
  under(options.loose or 1e-4, distance(expected, module:float():forward(x32)), 'output in float', module)
  assert(type(tostring(module)) == 'string')
  return expected
end

return M
