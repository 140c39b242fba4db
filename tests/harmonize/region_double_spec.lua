-- The region of interest in double precision: network and losses on a part of the picture, going back within boxes,
-- give the whole picture's losses and gradient to the last digits. Masks are followed through layers as in the passes.
require 'nn'
require 'image'
local Box = require 'nn.box'
local focus = require 'nn.focus'
local helper = require 'helper'
local network = require 'pen.harmonize.network'
local region = require 'pen.harmonize.region'

local H, W = 61, 74
local number = helper.numbers(12)
local function noise(...) return torch.DoubleTensor(...):apply(function() return number(-1, 1) end) end

-- Half the squared difference under the mask, in double and in Lua: the passes' own losses are float.
local Difference, parent = torch.class('nn.DifferenceOfTheSpec', 'nn.Module')

function Difference:__init(target, mask)
  parent.__init(self)
  self.target, self.mask = target, mask:double()
  self.output, self.gradInput = torch.DoubleTensor(), torch.DoubleTensor()
end

function Difference:updateOutput(input)
  self.output = input
  return input
end

function Difference:updateGradInput(input, gradOutput)
  local m = self.mask:view(1, self.mask:size(1), self.mask:size(2)):expandAs(input)
  local own = (input - self.target):cmul(m)
  self.loss = 0.5 * torch.cmul(own, own):sum()
  self.gradInput = own:add(gradOutput):cmul(m)
  return self.gradInput
end

function Difference:focus(box)
  self.box, self.mask = box, Box.part(box, self.mask):contiguous()
  self.target = Box.part(box, self.target):contiguous()
end

function Difference:gradInputWithin(input, gradOutput, box)
  local seen, own = Box.part(self.box, input):contiguous(), self.box
  return self:updateGradInput(seen, Box.move(gradOutput, box, own, torch.DoubleTensor()):contiguous()), own
end

local function layers()
  local cnn = nn.Sequential()
  local function convolution(from, to)
    cnn:add(nn.SpatialConvolution(from, to, 3, 3, 1, 1, 1, 1):double()):add(nn.ReLU(true):double())
  end
  local function pooling() cnn:add(nn.SpatialMaxPooling(2, 2, 2, 2):ceil():double()) end
  convolution(3, 4)
  convolution(4, 4)
  pooling()
  convolution(4, 5)
  pooling()
  convolution(5, 4)
  return cnn
end

local LOSSES = {2, 7, 10} -- behind these layers

-- cnn's layers with a loss behind each of LOSSES, on the part of the picture in r.
local function chain(cnn, r, masks, targets)
  local net = nn.Sequential()
  for i = 1, cnn:size() do
    net:add(cnn:get(i):clone())
    if targets[i] then
      net:add(nn.DifferenceOfTheSpec(region.part(r, targets[i], cnn, i):contiguous(),
        region.part(r, masks[i], cnn, i):contiguous()))
    end
  end
  return net
end

local function losses_of(net)
  local list = {}
  for _, module in ipairs(net.modules) do list[#list + 1] = module.loss end
  return list
end

local objects = {
  ['in the middle'] = {{30, 28, 38, 35}}, ['in a corner'] = {{1, 1, 9, 7}}, ['at a border'] = {{60, 20, 74, 33}},
  ['in two parts'] = {{10, 10, 14, 16}, {40, 30, 47, 34}}, everywhere = {{1, 1, 74, 61}},
}

describe('in double precision', function()
  for name, boxes in pairs(objects) do
    it(('a part with an object %s gives what the whole picture gives, to 1e-10'):format(name), function()
      local mask, cnn, x = torch.FloatTensor(H, W):zero(), layers(), noise(3, H, W)
      for _, b in ipairs(boxes) do mask[{{b[2], b[4]}, {b[1], b[3]}}] = 1 end
      local masks, targets, everything = network.masks(cnn, cnn:size(), mask), {}, Box.whole(x)
      local r = region.find(cnn, LOSSES, masks, H, W)
      cnn:forward(x:clone())
      for _, i in ipairs(LOSSES) do targets[i] = noise(cnn:get(i).output:size()) end
      local whole, part = chain(cnn, everything, masks, targets), chain(cnn, r, masks, targets)
      local top = whole:forward(x)
      local want = whole:updateGradInput(x, top:clone():zero())
      local window = region.part(r, x):contiguous()
      local nothing = part:forward(window):clone():zero()
      focus.prepare(part, window, region.part(r, mask):contiguous())
      local got, box = focus.gradient(part, window, nothing)
      local m = Box.part(box, region.part(r, mask)):double():view(1, got:size(2), got:size(3)):expandAs(got)
      local off = (got - Box.part(box, region.part(r, want))):cmul(m):norm()
      assert.is_true(off <= 1e-10 * want:norm(), ('%g of %g off'):format(off, want:norm()))
      local expected = losses_of(whole)
      assert.equal(#LOSSES, #expected)
      for i, loss in ipairs(losses_of(part)) do assert.near(expected[i], loss, 1e-10 * expected[i]) end
    end)
  end
end)
