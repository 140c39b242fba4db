-- Going back within boxes gives what going back everywhere gives, where that matters.
require 'nn'
local Box = require 'nn.box'
local focus = require 'nn.focus'
local helper = require 'helper'

local number = helper.numbers(77)
local H, W = 29, 38

local function noise(...) return torch.FloatTensor(...):apply(function() return number(-1, 1) end) end

-- H x W, 0 but for fractions in the part from (y, x) to (y2, x2).
local function mask(h, w, y, x, y2, x2)
  local m = torch.FloatTensor(h, w):zero()
  m[{{y, y2}, {x, x2}}]:apply(function() return number(0.05, 1) end)
  return m
end

local function convolution(from, to, kernel, stride)
  return nn.SpatialConvolution(from, to, kernel or 3, kernel or 3, stride or 1, stride or 1, 1, 1)
end

local function style(planes, m)
  local target = nn.MaskedStyleLoss.gram(noise(planes, m:size(1), m:size(2)), m)
  return nn.MaskedStyleLoss {mask = m, weight = 50, target = target}
end
local function content(planes, m, own)
  return nn.MaskedContentLoss {mask = m, weight = 30, mask_own = own, normalize = 'l2',
    target = noise(planes, m:size(1), m:size(2))}
end
local function histogram(planes, m)
  local target = noise(planes, 5, 6)
  return nn.MaskedHistogramLoss {mask = m, weight = 0.1, target = target, target_mask = torch.FloatTensor(5, 6):fill(1)}
end
local function smoothing(m) return nn.TotalVariationLoss {mask = m, weight = 2} end

local function chain(...)
  local net = nn.Sequential()
  for _, module in ipairs {...} do net:add(module:float()) end
  return net
end

local nets = {
  ['like VGG, masks that grow upwards'] = function()
    return chain(smoothing(mask(H, W, 9, 14, 17, 21)), convolution(3, 4), nn.ReLU(true),
      style(4, mask(H, W, 8, 13, 18, 22)), histogram(4, mask(H, W, 8, 13, 18, 22)), convolution(4, 5), nn.ReLU(true),
      nn.SpatialMaxPooling(2, 2):ceil(), convolution(5, 4), nn.ReLU(true), style(4, mask(15, 19, 3, 5, 10, 13)),
      content(4, mask(15, 19, 3, 5, 10, 13)))
  end,
  ['with masks that do not fit each other'] = function()
    return chain(convolution(3, 4), nn.ReLU(), content(4, mask(H, W, 1, 1, 5, 9), false),
      nn.SpatialMaxPooling(2, 2), convolution(4, 6), style(6, mask(14, 19, 10, 12, 14, 19)),
      content(6, mask(14, 19, 2, 3, 4, 8)))
  end,
  ['with layers that do not take part'] = function()
    return chain(convolution(3, 4), nn.Sigmoid(), nn.SpatialAveragePooling(2, 2, 2, 2),
      style(4, mask(14, 19, 4, 6, 9, 11)), convolution(4, 4, 3, 2), nn.SpatialMaxPooling(3, 3, 2, 2, 1, 1),
      content(4, mask(4, 5, 2, 2, 3, 4)))
  end,
  ['with layers above the last loss'] = function()
    return chain(style(3, mask(H, W, 20, 30, 29, 38)), convolution(3, 2), nn.ReLU(true))
  end,
}

local masks = {['in the middle'] = {10, 15, 16, 20}, ['in a corner'] = {27, 35, H, W}, everywhere = {1, 1, H, W}}

describe('the gradient within boxes', function()
  for name, make in pairs(nets) do
    for place, corners in pairs(masks) do
      it(('of a chain %s, for a mask %s'):format(name, place), function()
        local moves, x = mask(H, W, unpack(corners)), noise(3, H, W)
        local plain = make()
        local net = plain:clone()
        for _, n in ipairs {plain, net} do n:forward(x) end
        local nothing = plain.output.new(#plain.output):zero()
        local want = plain:updateGradInput(x, nothing:clone())
        focus.prepare(net, x, moves)
        for turn = 1, 2 do -- the second time with buffers that hold something
          local got, box = focus.gradient(net, x, nothing)
          assert.is_true(Box.contains(box, Box.support(moves)))
          local matter = Box.part(box, moves):gt(0):float():view(1, got:size(2), got:size(3)):expandAs(got)
          local off = (torch.cmul(got, matter) - torch.cmul(Box.part(box, want), matter)):norm()
          assert.is_true(off <= 2e-5 * want:norm(), ('turn %d: %g of %g off'):format(turn, off, want:norm()))
        end
        for i, module in ipairs(plain.modules) do
          -- without mask_own its value is that of all positions
          local whole = module.loss and module.target and not module.mask_own
          local loss, focused = module.loss, net:get(i).loss
          if loss and not whole then assert.near(loss, focused, 1e-5 * math.abs(loss) + 1e-9) end
        end
      end)
    end
  end

  it('is as small as masks allow', function()
    local net = nets['like VGG, masks that grow upwards']()
    local x = noise(3, H, W)
    local nothing = net:forward(x):clone():zero()
    focus.prepare(net, x, mask(H, W, 9, 14, 17, 21))
    focus.gradient(net, x, nothing)
    assert.same({4, 11, 10}, (#net:get(4).gradInput):totable())
    assert.same({5, 18, 18}, (#net:get(8).gradInput):totable())
  end)
end)

describe('a box', function()
  it('moved into another one is 0 where it has nothing', function()
    local t = torch.FloatTensor(1, 2, 2):fill(1)
    local moved = Box.move(t, {left = 1, top = 1, right = 3, bottom = 3}, {left = 2, top = 0, right = 4, bottom = 3},
      torch.FloatTensor())
    assert.same({{{0, 0}, {1, 0}, {1, 0}}}, moved:totable())
    assert.equal(0, Box.move(t, {left = 0, top = 0, right = 2, bottom = 2},
      {left = 5, top = 5, right = 6, bottom = 6}, torch.FloatTensor()):sum())
  end)

  it('around a mask is the least that holds it, or all if the mask is empty', function()
    assert.same({left = 2, top = 1, right = 4, bottom = 5}, Box.support(mask(9, 8, 2, 3, 5, 4)))
    assert.same({left = 0, top = 0, right = 8, bottom = 9}, Box.support(torch.FloatTensor(9, 8):zero()))
  end)

  it('knows which windows look into it', function()
    local output = torch.FloatTensor(1, 15, 19)
    local pooling = {kW = 2, kH = 2, dW = 2, dH = 2, padW = 0, padH = 0}
    assert.same({left = 1, top = 0, right = 3, bottom = 15},
      Box.over({left = 3, top = 0, right = 5, bottom = 29}, pooling, output))
    local conv = {kW = 3, kH = 3, dW = 1, dH = 1, padW = 1, padH = 1}
    assert.same({left = 2, top = 0, right = 6, bottom = 15},
      Box.over({left = 3, top = 0, right = 5, bottom = 15}, conv, output))
  end)
end)
