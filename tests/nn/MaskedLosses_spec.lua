-- The four losses as modules: what they hand back, how they complain, that they do not allocate, and what the original
-- recorded for two examples at the start of both passes.
require 'nn'
local helper = require 'helper'

local number = helper.numbers(41)

local function features(c, h, w)
  return torch.FloatTensor(c, h, w):apply(function() return math.max(0, number(-3, 5)) end)
end

local function fractions(h, w)
  local at = 0
  return torch.FloatTensor(h, w):apply(function()
    at = at + 1
    return ({0, 0.05, 0.5, 1, 0.2})[at % 5 + 1]
  end)
end

local function difference(a, b) return (a - b):norm(2) / math.max(a:norm(2), 1e-30) end

-- All losses on a problem of C x H x W, with the same options besides their own.
local function losses(c, h, w, extra)
  local mask = fractions(h, w)
  local function options(own)
    own.mask = own.mask or mask
    for key, value in pairs(extra or {}) do own[key] = value end
    return own
  end
  local gram = nn.MaskedStyleLoss.gram(features(c, h, w), mask)
  return {
    nn.MaskedContentLoss(options {target = features(c, h, w)}),
    nn.MaskedStyleLoss(options {target = gram}),
    nn.MaskedHistogramLoss(options {target = features(c, 5, 6), target_mask = torch.FloatTensor(5, 6):fill(1)}),
    nn.TotalVariationLoss(options {}),
  }
end

local function norm_of(t, kind) return kind == 'none' and 1 or t:norm(kind == 'l1' and 1 or 2) + 1e-8 end

describe('masked losses', function()
  local c, h, w = 6, 9, 11

  it('of weight 0 hand back the masked gradient, to the bit, without a look at the features', function()
    local x, incoming = features(c, h, w), torch.FloatTensor(c, h, w):apply(function() return number(-1, 1) end)
    for i, loss in ipairs(losses(c, h, w, {weight = 0, normalize = 'l2'})) do
      local computed = losses(c, h, w, {weight = 1e-30, normalize = 'l2'})[i]
      local want = computed:updateGradInput(x, incoming):clone()
      loss.ownGradient = function() error('looked') end
      assert.equal(0, (loss:updateGradInput(x, incoming) - want):abs():max())
      assert.equal(0, loss.loss)
    end
  end)

  it('pass the input through and add their gradient, masked, normalised and weighted', function()
    for _, normalize in ipairs {'none', 'l1', 'l2'} do
      local plain, full = losses(c, h, w), losses(c, h, w, {weight = 3, normalize = normalize})
      for i, loss in ipairs(full) do
        for _, key in ipairs {'target', 'histogram', 'cumulative', 'low', 'high'} do plain[i][key] = loss[key] end
        local x, incoming = features(c, h, w), torch.FloatTensor(c, h, w):apply(function() return number(-1, 1) end)
        local own = torch.FloatTensor(c, h, w):zero()
        plain[i].gradInput = own
        local value = plain[i]:ownGradient(x)
        if type(value) ~= 'number' then value = value[1] end
        local m = loss.mask:view(1, h, w):expandAs(x)
        own:cmul(m:gt(0):float())
        if loss.mask_own then own:cmul(m) end
        own:mul(3 / norm_of(own, normalize)):add(incoming):cmul(m)
        assert.equal(x, loss:forward(x))
        local result = loss:backward(x, incoming)
        assert(difference(own, result) < 1e-6, torch.typename(loss) .. ' ' .. difference(own, result))
        assert.near(3 * value, loss.loss, 1e-9 * math.abs(value))
      end
    end
  end)

  it('leave their values unread until a meter is', function()
    local plain, metered = losses(c, h, w, {weight = 2}), losses(c, h, w, {weight = 2})
    local read, sum = nn.MaskedLoss.meter(metered), 0
    local x, incoming = features(c, h, w), features(c, h, w)
    for i, loss in ipairs(metered) do
      for _, key in ipairs {'target', 'histogram', 'cumulative', 'low', 'high'} do loss[key] = plain[i][key] end
      for _, module in ipairs {loss, plain[i]} do
        module:forward(x)
        module:backward(x, incoming)
      end
      assert.equal(0, loss.loss)
      sum = sum + plain[i].loss
    end
    assert.near(sum, read(), 1e-12 * sum)
    for i, loss in ipairs(metered) do assert.equal(plain[i].loss, loss.loss) end
    for _, loss in ipairs(metered) do loss:type('torch.FloatTensor') end -- as of a network that moves
    metered[1]:backward(x, incoming)
    assert.equal(plain[1].loss, metered[1].loss)
  end)

  it('allocate nothing after the first evaluation', function()
    local x, incoming = features(c, h, w), features(c, h, w)
    for _, loss in ipairs(losses(c, h, w, {normalize = 'l2'})) do
      loss:forward(x)
      loss:backward(x, incoming)
      local before, buffer = helper.allocations(), loss.gradInput
      for _ = 1, 3 do
        loss:forward(x)
        assert.equal(buffer, loss:backward(x, incoming))
      end
      assert.equal(before, helper.allocations())
    end
  end)

  it('say what is wrong at the line that constructs them', function()
    local mask, empty = torch.FloatTensor(4, 5):fill(1), torch.FloatTensor(4, 5):zero()
    local target = features(3, 4, 5)
    local function fails(message, class, options)
      local _, said = pcall(function() local _ = nn[class](options) end)
      assert.truthy(said:find('^[^:]*MaskedLosses_spec%.lua:%d+: nn%.' .. class .. ': .*' .. message), said)
    end
    fails('mask is empty', 'MaskedContentLoss', {mask = empty, target = target})
    fails('mask is 3x4x5, expected height x width', 'MaskedContentLoss', {mask = target, target = target})
    fails('target is 3x4x5, mask is 5x4', 'MaskedContentLoss', {mask = mask:t(), target = target})
    fails('mask is missing', 'MaskedStyleLoss', {target = torch.FloatTensor(3, 3)})
    fails('Gram matrix', 'MaskedStyleLoss', {mask = mask, target = target})
    fails('target_mask is empty', 'MaskedHistogramLoss', {mask = mask, target = target, target_mask = empty})
    fails('no position above 0.1', 'MaskedHistogramLoss', {mask = mask * 0.05, target = target, target_mask = mask})
    fails('normalize is l3', 'TotalVariationLoss', {normalize = 'l3'})
    fails('table of options', 'TotalVariationLoss', 5)
    local style = nn.MaskedStyleLoss {mask = mask, target = torch.FloatTensor(3, 3):zero()}
    assert.error_matches(function() style:backward(features(2, 4, 5), features(2, 4, 5)) end, 'gram is 3x3')
  end)

  it('work with a full mask, as CudaTensor, cloned and cleared', function()
    local ones = torch.FloatTensor(h, w):fill(1)
    for _, loss in ipairs(losses(c, h, w, {mask = ones, normalize = 'l2'})) do
      local x, incoming = features(c, h, w), features(c, h, w)
      local expected = loss:backward(x, incoming):clone()
      local copy = loss:clone()
      copy:clearState()
      copy:forward(x)
      assert(difference(expected, copy:backward(x, incoming)) == 0)
      if torch.CudaTensor then
        copy:cuda()
        local again = copy:backward(x:cuda(), incoming:cuda())
        assert(difference(expected, again:float()) < 1e-6)
      end
    end
  end)
end)
