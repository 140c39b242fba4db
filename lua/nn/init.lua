-- nn: neural-network layers and criteria, as in Torch. A class nn.X lives in nn/X.lua and is loaded when a program
-- first says nn.X, so a new layer is one new file. torch.class('nn.X', 'nn.Module') adds or replaces a class.
require 'torch'

local function load(nn, name)
  local file = type(name) == 'string' and name ~= 'init' and 'nn.' .. name
  if not file or not package.searchpath(file, package.path) then return nil end
  local loaded = require(file)
  -- Files of classes register themselves through torch.class; the others return a table.
  if rawget(nn, name) == nil and type(loaded) == 'table' then rawset(nn, name, loaded) end
  return rawget(nn, name)
end

_G.nn = setmetatable({}, {__index = load})
require 'nn.THNN'
return nn
