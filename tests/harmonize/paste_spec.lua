-- Cut-outs pasted over a painting.
require 'torch'
require 'nn'
require 'image'
local masks = require 'pen.harmonize.masks'
local paste = require 'pen.harmonize.paste'
local shapes = require 'harmonize.shapes'

local W, H = shapes.width, shapes.height
local picture, region, pasted, overlap = shapes.picture, shapes.region, shapes.pasted, shapes.overlap

describe('pasting', function()
  local painting = picture(1)

  -- A green square of side 10, opaque, with red hidden in the transparent margin of 5.
  local function cut_out()
    local object = torch.zeros(4, 20, 20)
    object[1]:fill(1)
    object[{{1}, {6, 15}, {6, 15}}]:zero()
    object[{{2, 4}, {6, 15}, {6, 15}}]:fill(1)
    object[3]:zero()
    return object
  end

  it('puts the cut-out where it shall lie and leaves the rest alone', function()
    local composite, tight = paste.object(painting, cut_out(), 20, 10, 1, 'cut.png')
    local square = region(function(x, y) return x >= 26 and x <= 35 and y >= 16 and y <= 25 end)
    assert.are.equal(0, (tight - square):abs():max())
    assert.are.equal(0, (composite[1] - torch.cmul(painting[1], 1 - square:double())):abs():max())
    assert.are.equal(0, (composite[2] - pasted(painting, square, 1)[2]):abs():max())
  end)

  it('blends soft alpha', function()
    local object = cut_out()
    object[4]:mul(0.25)
    local composite = paste.object(painting, object, 20, 10, 1, 'cut.png')
    assert.near(0.75 * painting[2][20][30] + 0.25, composite[2][20][30], 1e-12)
  end)

  it('scales without a fringe of hidden colours', function()
    for _, scale in ipairs {0.7, 1.9} do
      local black = torch.zeros(3, H, W)
      local composite, tight = paste.object(black, cut_out(), 10, 5, scale, 'cut.png')
      assert.are.equal(0, composite[1]:max())
      assert.near(100 * scale ^ 2, composite[2]:sum(), 12 * scale ^ 2)
      assert.is_true(tight:sum() >= composite[2]:gt(0.5):float():sum())
    end
  end)

  it('takes grey cut-outs, and rounds the place', function()
    local object = torch.ones(2, 4, 4)
    local composite, tight = paste.object(painting, object, 9.6, 4.4, 1, 'cut.png')
    assert.are.equal(3 * 16, composite:eq(1):double():sum())
    assert.are.equal(1, tight[5][11])
    assert.are.equal(16, tight:sum())
  end)

  it('cuts off what lies outside', function()
    for _, at in ipairs {{-10, -10}, {W - 10, H - 10}, {-10, H - 10}} do
      local composite, tight = paste.object(painting, cut_out(), at[1], at[2], 1, 'cut.png')
      assert.are.same({3, H, W}, composite:size():totable())
      assert.are.equal(25, tight:sum())
    end
    local _, tight = paste.object(painting, cut_out(), -560, -300, 40, 'cut.png') -- larger than the canvas
    assert.is_true(tight:sum() > 0 and tight:min() == 0)
  end)

  local function refused(object, x, y, scale, ...)
    local ok, problem = pcall(paste.object, painting, object, x, y, scale, '-object cut.png')
    assert.is_false(ok)
    for _, pattern in ipairs {'-object cut.png', ...} do assert.truthy(problem:find(pattern, 1, true), problem) end
  end

  it('refuses a cut-out outside the canvas, with nothing visible on it, or over all of it', function()
    refused(cut_out(), W, 0, 1, 'lies outside', '-at 90,0', '90 x 70')
    refused(cut_out(), 0, -20, 1, 'lies outside')
    refused(cut_out(), -16, 0, 1, 'shows nothing')
    refused(torch.ones(4, H, W), 0, 0, 1, 'covers all')
  end)

  it('refuses cut-outs without alpha or with none, and scales that make no sense', function()
    refused(torch.ones(3, 5, 5), 0, 0, 1, 'no transparency')
    refused(torch.zeros(4, 5, 5), 0, 0, 1, 'transparent everywhere')
    refused(cut_out(), 0, 0, 0, '-scale 0')
    refused(cut_out(), 0, 0, -1, '-scale -1')
    refused(cut_out(), 0, 0, 1e9, '-scale')
    refused(cut_out(), 0, 0, 0 / 0, '-scale')
  end)

  it('takes paintings of one channel and of 16 bits as they are loaded', function()
    local folder = os.tmpname()
    os.remove(folder)
    local grey = folder .. '.png'
    image.save(grey, painting[1]:contiguous())
    local loaded = image.load(grey, 3)
    os.remove(grey)
    local composite, tight = paste.object(loaded, cut_out(), 20, 10, 1, 'cut.png')
    assert.are.equal(100, tight:sum())
    assert.are.equal(1, overlap(masks.from_difference(composite, loaded), tight))
    local deep = folder .. '.pgm'
    local file = assert(io.open(deep, 'wb'))
    file:write('P5 ', W, ' ', H, ' 65535\n', ('\128\1'):rep(W * H))
    file:close()
    loaded = image.load(deep, 3)
    os.remove(deep)
    composite, tight = paste.object(loaded, cut_out(), 20, 10, 1, 'cut.png')
    assert.near(0x8001 / 65535, composite[1][1][1], 1e-12)
    assert.are.equal(1, overlap(masks.from_difference(composite, loaded), tight))
  end)
end)
