-- HSL, HSV, Lab and normalized RGB by known colours, and the maps of colours.
local view = require 'view'
local helper = require 'helper'
require 'image'

local function pixel(...) return torch.DoubleTensor({...}):view(3, 1, 1) end

local function near(expected, got, tolerance)
  for c, value in ipairs(expected) do assert.near(value, got[c][1][1], tolerance or 1e-12) end
end

describe('hues', function()
  -- RGB, HSL, HSV by the definitions
  local known = {
    {{1, 0, 0}, {0, 1, 0.5}, {0, 1, 1}}, {{0, 1, 0}, {1 / 3, 1, 0.5}, {1 / 3, 1, 1}},
    {{0, 0, 1}, {2 / 3, 1, 0.5}, {2 / 3, 1, 1}}, {{0.25, 0.25, 0.25}, {0, 0, 0.25}, {0, 0, 0.25}},
    {{1, 1, 0.5}, {1 / 6, 1, 0.75}, {1 / 6, 0.5, 1}}, {{0.5, 0, 0.25}, {11 / 12, 1, 0.25}, {11 / 12, 1, 0.5}},
    {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}}, {{0.2, 0.4, 0.6}, {7 / 12, 0.5, 0.4}, {7 / 12, 2 / 3, 0.6}},
  }

  it('follow the definitions, and lead back', function()
    for _, row in ipairs(known) do
      local rgb = pixel(unpack(row[1]))
      near(row[2], image.rgb2hsl(rgb))
      near(row[3], image.rgb2hsv(rgb))
      near(row[1], image.hsl2rgb(pixel(unpack(row[2]))))
      near(row[1], image.hsv2rgb(pixel(unpack(row[3]))))
    end
  end)

  it('of bytes are those of the float picture, rounded', function()
    local bytes = torch.ByteTensor(3, 20, 20):apply(function() return math.random(0, 255) end)
    local floats = bytes:float():div(255)
    for _, name in ipairs {'rgb2hsl', 'hsl2rgb', 'rgb2hsv', 'hsv2rgb'} do
      local expected = image[name](floats):mul(255):round()
      assert.equal(0, (image[name](bytes):float() - expected):abs():max(), name)
    end
  end)
end)

describe('Lab', function()
  it('has known values, leads back, and keeps colours outside of RGB', function()
    near({53.2408, 80.0925, 67.2032}, image.rgb2lab(pixel(1, 0, 0)), 0.01)
    near({100, 0, 0}, image.rgb2lab(pixel(1, 1, 1)), 0.01)
    local lena = image.lena()
    assert.is_true((image.lab2rgb(image.rgb2lab(lena)) - lena):abs():max() < 1e-4)
    assert.is_true(image.lab2rgb(pixel(50, 120, 0)):min() < 0)
    assert.error_matches(function() image.rgb2lab(lena:byte()) end, 'a is byte, expected float or double')
  end)
end)

describe('image.rgb2nrgb', function()
  it('gives parts of the sum', function()
    near({0.2, 0.3, 0.5}, image.rgb2nrgb(pixel(0.4, 0.6, 1)), 1e-5)
    local r = torch.DoubleTensor()
    assert.equal(r, image.rgb2nrgb(r, pixel(0, 0, 0)))
    near({0, 0, 0}, r)
  end)
end)

describe('maps of colours', function()
  it('run from blue to red in jet', function()
    local jet = image.jetColormap(8)
    assert.same({0, 0, 1}, jet[1]:totable())
    assert.same({0.5, 1, 0.5}, jet[4]:totable())
    assert.same({0.5, 0, 0}, jet[8]:totable())
  end)

  it('have the hues that image.colormap promises', function()
    local map = image.colormap(12)
    assert.same({12, 3}, map:size():totable())
    for i = 1, 12 do
      local hsl = image.rgb2hsl(map[i]:contiguous():view(3, 1, 1))
      assert.near((39 * (i - 1) % 360) / 360, hsl[1][1][1] % 1, 1e-9)
      assert.near((i - 1) / 9 % 0.7 + 0.3, hsl[2][1][1], 1e-9)
    end
  end)

  it('colour the levels of a picture', function()
    local got = image.y2jet(torch.DoubleTensor {{1, 8}, {4, 4}})
    assert.same({0, 0, 1}, got:select(3, 1):select(2, 1):totable())
    assert.same({0.5, 0, 0}, got:select(3, 2):select(2, 1):totable())
    local bytes = image.y2jet(torch.ByteTensor {1, 8})
    assert.same({3, 1, 2}, bytes:size():totable())
    assert.same({128, 0, 0}, bytes:select(3, 2):select(2, 1):totable())
    assert.error_matches(function() image.y2jet(torch.zeros(3, 2, 2)) end, 'levels as L, HxW or 1xHxW expected')
  end)
end)

helper.each_backend(function(backend)
  describe('colour models on ' .. backend.name, function()
    it('convert strided views, in place too', function()
      local number = helper.numbers(5)
      for _, kind in ipairs {'float', 'double'} do
        local a = view.new(backend, kind, {3, 4, 5}, function() return number(0, 1) end, true)
        local before, r = a:list(), view.new(backend, kind, {3, 4, 5})
        for conversion = 0, 4, 2 do
          view.call(backend, 'color_model', r, a, conversion)
          view.call(backend, 'color_model', r, r, conversion + 1)
          helper.near(before, r:list(), 1e-4) -- what the digits of Lab's two matrices allow
        end
      end
      local bad = view.new(backend, 'float', {4, 2, 2})
      assert.error_matches(function() view.call(backend, 'color_model', bad, bad, 0) end, 'must both be 3xHxW')
      assert.error_matches(function() view.call(backend, 'color_model', bad, bad, 6) end, 'unknown conversion')
    end)
  end)
end)
