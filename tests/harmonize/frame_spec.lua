-- The region of interest: the same losses and the same gradient as with the whole picture, for objects anywhere.
local synthetic = require 'harmonize.synthetic'
local helper = require 'helper'
local optimise = require 'pen.harmonize.optimise'
local pictures = require 'pen.harmonize.pictures'
local region = require 'pen.harmonize.region'

local H, W = 203, 237 -- odd on every level

-- A mask of boxes {left, top, right, bottom}, 1-based and inclusive.
local function boxes(list)
  local mask = torch.FloatTensor(H, W):zero()
  for _, b in ipairs(list) do mask[{{b[2], b[4]}, {b[1], b[3]}}] = 1 end
  return mask
end

local masks = {
  ['in the middle'] = boxes {{100, 90, 112, 99}},
  ['in a corner'] = boxes {{1, 1, 19, 17}},
  ['in the corner where windows are cut'] = boxes {{W - 19, H - 18, W, H}},
  ['at a border'] = boxes {{60, H - 16, 79, H}},
  ['in two parts'] = boxes {{20, 30, 38, 51}, {90, 60, 109, 76}},
  ['that touches all borders'] = boxes {{1, 100, W, 104}, {110, 1, 114, H}},
  ['that covers all but a spot'] = 1 - boxes {{50, 50, 54, 53}},
}

local number = helper.numbers(8)
local function noise(planes)
  local t = torch.Tensor(planes, H, W)
  for c = 1, planes do
    for y = 1, H do
      for x = 1, W do t[c][y][x] = 0.5 + 0.2 * math.sin(x / (3 + c)) + 0.2 * math.cos(y / 7) + number(-0.1, 0.1) end
    end
  end
  return t
end
local painting, object = noise(3), noise(3)

describe('the region of', function()
  local params = synthetic.params()
  teardown(function() synthetic.remove(params) end)
  params.say = function() end

  local function setup(pass, mask, whole)
    local tight = mask:view(1, H, W):expand(3, H, W):contiguous()
    local cut = tight:double()
    local composite = torch.cmul(object, cut):add(torch.cmul(painting, 1 - cut))
    local pics = pictures.assemble(composite, painting, mask, tight, 'torch.FloatTensor')
    params.whole_frame = whole
    if pass == 1 then return require('pen.harmonize.pass1').setup(pics, synthetic.network(), params) end
    pics.pass1 = pics.composite
    return require('pen.harmonize.pass2').setup(pics, synthetic.network(), 5, params)
  end

  local function losses_of(run)
    local list = {}
    for _, group in ipairs(run.losses) do
      for _, module in ipairs(group) do list[#list + 1] = module.loss end
    end
    return list
  end

  for pass = 1, 2 do
    for name, mask in pairs(masks) do
      it(('pass %d with an object %s gives the whole picture\'s losses and gradient'):format(pass, name), function()
        local whole, part = setup(pass, mask, true), setup(pass, mask, false)
        local moved = torch.cmul(noise(3):mul(20):add(-10):float(), mask:view(1, H, W):expand(3, H, W)):add(whole.img)
        local total, gradient = optimise.evaluator(whole)(moved)
        gradient = gradient:clone()
        local part_total, part_gradient = optimise.evaluator(part)(moved)
        assert.near(total, part_total, 1e-5 * total)
        local want = losses_of(whole)
        for i, loss in ipairs(losses_of(part)) do assert.near(want[i], loss, 1e-4 * want[i], 'loss ' .. i) end
        assert.is_true((part_gradient - gradient):norm() <= 1e-4 * gradient:norm())
        local outside = (1 - mask:view(1, H, W):expand(3, H, W)):contiguous():view(-1)
        assert.equal(0, torch.cmul(part_gradient, outside):abs():max())
      end)
    end
  end

  it('an object in the middle is smaller than the picture, of one everywhere all of it', function()
    local small, large = setup(2, masks['in the middle']), setup(2, masks['that touches all borders'])
    local r = small.frame.region
    assert.is_true(r.right - r.left < 0.7 * W and r.bottom - r.top < 0.75 * H)
    assert.same({left = 0, top = 0, right = W, bottom = H}, large.frame.region)
    assert.equal(0, r.left % 8 + r.top % 8 + r.right % 8 + r.bottom % 8)
  end)

  it('a layer is what its positions see', function()
    local net = synthetic.network()
    local mask = torch.FloatTensor(102, 119):zero()
    mask[50][60] = 1 -- at relu2_1: one convolution, a pooling and two convolutions see 10 x 10 pixels
    assert.same({left = 114, top = 94, right = 124, bottom = 104}, region.find(net, {7}, {[7] = mask}, H, W))
  end)
end)
