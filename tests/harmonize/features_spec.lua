-- Features in tiles: those of the whole picture, however it is cut, and those at places alone.
local synthetic = require 'harmonize.synthetic'
local helper = require 'helper'
local features = require 'pen.harmonize.features'

local NAMES = {'relu1_1', 'relu2_1', 'relu3_1', 'relu4_1', 'relu5_1'}

describe('features', function()
  local number, usual = helper.numbers(5), features.TILE
  local picture = torch.FloatTensor(3, 133, 51):apply(function() return number(-100, 100) end)
  local net, whole = synthetic.network(), {}
  local x = picture
  for i = 1, net:size() do
    x = net:get(i):forward(x)
    whole[net:get(i).name] = x:clone()
  end
  after_each(function() features.TILE = usual end)

  for _, pixels in ipairs {1, 51 * 16, 51 * 48, 51 * 64, usual} do
    it(('are the whole picture\'s in tiles of %d pixels'):format(pixels), function()
      features.TILE = pixels
      local maps = features.maps(net, NAMES, picture)
      for _, name in ipairs(NAMES) do
        local off = (maps[name] - whole[name]):norm()
        assert.is_true(off <= 1e-5 * whole[name]:norm(), ('%s is off by %g'):format(name, off))
      end
    end)
  end

  local function check_places(pixels, is_ordered)
    features.TILE = pixels
    local masks = {}
    for _, name in ipairs {'relu1_1', 'relu4_1'} do
      local h, w = whole[name]:size(2), whole[name]:size(3)
      masks[name] = torch.FloatTensor(h, w):apply(function() return number(0, 1) > 0.8 and 1 or 0 end)
      masks[name]:narrow(1, math.ceil(h / 4), math.ceil(h / 2)):zero() -- tiles without any
    end
    for name, columns in pairs(features.at(net, masks, picture)) do
      local mask, c = masks[name], whole[name]:size(1)
      local places = torch.range(1, mask:nElement()):long():maskedSelect(mask:ne(0):view(-1))
      local want = whole[name]:view(c, mask:nElement()):index(2, places)
      assert.same({c, 1, places:nElement()}, columns:size():totable())
      local got = columns:view(c, -1)
      if not is_ordered then got, want = torch.sort(got, 2), torch.sort(want, 2) end -- tile after tile
      assert.is_true((got - want):norm() <= 1e-5 * want:norm())
    end
  end

  it('at places are columns of the maps, row by row in one tile', function() check_places(1e6, true) end)
  it('at places are columns of the maps in small tiles, too', function() check_places(16 * 16, false) end)

  it('leave no activations in the network', function()
    features.maps(net, NAMES, picture)
    for i = 1, net:size() do assert.equal(0, net:get(i).output:nElement()) end
    assert.equal(0, net.output:nElement())
  end)
end)
