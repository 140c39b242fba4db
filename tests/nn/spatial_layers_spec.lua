-- Layers on maps beyond VGG's: padding, enlarging, dilated and transposed convolution, local normalisation.
require 'nn'
local layercheck = require 'nn.layercheck'

local draw, numbers, same = layercheck.draw, layercheck.numbers, layercheck.same

local function check(x, name, ...)
  local arguments = {...}
  return layercheck.layer(function() return nn[name](unpack(arguments)) end, x, draw, {batch = true})
end

-- Element of map m at row i, column j, 0 outside.
local function at(m, i, j)
  if i < 1 or j < 1 or i > m:size(1) or j > m:size(2) then return 0 end
  return m[i][j]
end

describe('spatial layers:', function()
  before_each(function() layercheck.seed(27) end)

  it('padding with zeros, border or mirror image, and cropping', function()
    local x = torch.Tensor {{{1, 2, 3}, {4, 5, 6}}}
    assert.same({{{0, 0, 0, 0, 0}, {0, 1, 2, 3, 0}, {0, 4, 5, 6, 0}}},
                nn.SpatialZeroPadding(1, 1, 1, 0):forward(x):totable())
    assert.same({{{1, 1, 2, 3}, {1, 1, 2, 3}, {4, 4, 5, 6}}},
                nn.SpatialReplicationPadding(1, 0, 1, 0):forward(x):totable())
    assert.same({{{6, 5, 4, 5, 6, 5}, {3, 2, 1, 2, 3, 2}}},
                nn.SpatialReflectionPadding(2, 1, 1, -1):forward(x):totable())
    assert.same({{{2}}}, nn.SpatialReplicationPadding(-1, -1, 0, -1):forward(x):totable())
    local y = numbers(2, 2, 5, 6)
    for _, name in ipairs {'SpatialZeroPadding', 'SpatialReplicationPadding', 'SpatialReflectionPadding'} do
      check(y, name, 2)
      check(y, name, 2, -1, -2, 3)
      check(y, name, -2, 3, 1, -1)
    end
    assert.has_error(function() nn.SpatialReflectionPadding(3):forward(x) end)
    assert.has_error(function() nn.SpatialZeroPadding(-2):forward(x) end)
  end)

  it('enlarging by repetition', function()
    local pair = torch.Tensor {{{1, 2}}}
    assert.same({{{1, 1, 2, 2}, {1, 1, 2, 2}}}, nn.SpatialUpSamplingNearest(2):forward(pair):totable())
    check(numbers(2, 3, 2, 4), 'SpatialUpSamplingNearest', 3)
    for _, sizes in ipairs {{2, 3, 2, 4}, {2, 1, 2, 3, 2}} do
      layercheck.layer(function() return nn.UpSampling(2) end, numbers(unpack(sizes)), draw)
    end
    same(nn.SpatialUpSamplingNearest(2):forward(torch.ones(1, 2, 2)), torch.ones(1, 4, 4))
    assert.has_error(function() nn.SpatialUpSamplingNearest(1.5) end)
  end)

  it('enlarging by interpolation, corners staying corners', function()
    assert.same({{{0, 1, 2, 3}, {0, 1, 2, 3}}},
                nn.SpatialUpSamplingBilinear({oheight = 2, owidth = 4}):forward(torch.Tensor {{{0, 3}}}):totable())
    local x = numbers(2, 3, 3, 4)
    local y = check(x, 'SpatialUpSamplingBilinear', 2)
    assert.near(x[2][3][3][4], y[2][3][6][8], 1e-12)
    local u, v = 4 * 2 / 5, 5 * 3 / 7 -- row 5 of 6 and column 6 of 8
    local i, j, f, g = math.floor(u) + 1, math.floor(v) + 1, u % 1, v % 1
    local m = x[1][2]
    local expected = (1 - f) * ((1 - g) * m[i][j] + g * m[i][j + 1]) + f * ((1 - g) * m[i + 1][j] + g * m[i + 1][j + 1])
    assert.near(expected, y[1][2][5][6], 1e-12)
    layercheck.layer(function() return nn.UpSampling(2, 'linear') end, x, draw)
    layercheck.layer(function() return nn.UpSampling(2, 'linear') end, numbers(1, 2, 2, 3, 2), draw)
  end)

  it('PixelShuffle', function()
    local x = torch.range(1, 8):view(4, 1, 2)
    assert.same({{{1, 3, 2, 4}, {5, 7, 6, 8}}}, nn.PixelShuffle(2):forward(x):totable())
    check(numbers(2, 18, 2, 3), 'PixelShuffle', 3)
    assert.has_error(function() nn.PixelShuffle(2):forward(numbers(3, 2, 2)) end)
  end)

  it('transposed convolution is the gradient of convolution', function()
    for _, g in ipairs {{2, 3, 3, 2}, {2, 3, 3, 2, 2, 3, 1, 0, 1, 2}, {1, 2, 4, 4, 2, 2, 1, 1}} do
      local full = nn.SpatialFullConvolution(unpack(g))
      local x = numbers(2, g[1], 4, 3)
      local y = full:forward(x)
      local conv = nn.SpatialConvolution(g[2], g[1], unpack(g, 3, 8))
      conv.weight:copy(full.weight)
      local z = numbers(unpack(y:size():totable()))
      assert.same(x:size():totable(), conv:forward(z):size():totable())
      same(conv:updateGradInput(z, x) + full.bias:view(1, g[2], 1, 1):expandAs(y), y)
      check(x, 'SpatialFullConvolution', unpack(g))
      layercheck.layer(function() return nn.SpatialFullConvolution(unpack(g)):noBias() end, x, draw)
    end
    local full, x = nn.SpatialFullConvolution(1, 1, 3, 3, 2, 2, 1, 1), numbers(1, 3, 4)
    local pair = {x, torch.zeros(6, 8)}
    local y = full:forward(pair)
    assert.same({1, 6, 8}, y:size():totable())
    local got = full:backward(pair, y)
    same(torch.zeros(6, 8), got[2])
    full.adjW, full.adjH = 1, 1
    same(full:forward(x), y)
    same(full:backward(x, y), got[1])
    assert.has_error(function() nn.SpatialFullConvolution(1, 1, 3, 3, 2, 2, 0, 0, 2) end)
  end)

  it('dilated convolution takes taps apart', function()
    local conv = nn.SpatialDilatedConvolution(2, 1, 2, 3, 1, 2, 1, 2, 3, 2)
    local x = numbers(2, 7, 6)
    local y = conv:forward(x)
    for i = 1, y:size(2) do
      for j = 1, y:size(3) do
        local sum = conv.bias[1]
        for c = 1, 2 do
          for a = 1, 3 do
            for b = 1, 2 do
              sum = sum + conv.weight[1][c][a][b] * at(x[c], (i - 1) * 2 + a * 2 - 1 - 2, j + b * 3 - 3 - 1)
            end
          end
        end
        assert.near(sum, y[1][i][j], 1e-12)
      end
    end
    check(numbers(2, 2, 7, 6), 'SpatialDilatedConvolution', 2, 3, 2, 3, 1, 2, 1, 2, 3, 2)
    local plain, dilated = nn.SpatialConvolution(2, 3, 3, 3, 2, 1, 1, 1), nil
    dilated = nn.SpatialDilatedConvolution(2, 3, 3, 3, 2, 1, 1, 1)
    dilated.weight:copy(plain.weight)
    dilated.bias:copy(plain.bias)
    same(plain:forward(x), dilated:forward(x))
  end)

  it('dilated pooling takes pixels apart', function()
    local x = numbers(2, 3, 8, 9)
    for _, up in ipairs {false, true} do
      local plain, dilated = nn.SpatialMaxPooling(3, 2, 2, 3, 1, 1), nn.SpatialDilatedMaxPooling(3, 2, 2, 3, 1, 1)
      if up then plain:ceil() dilated:ceil() end
      same(plain:forward(x), dilated:forward(x))
      local g = numbers(unpack(plain.output:size():totable()))
      same(plain:backward(x, g), dilated:backward(x, g))
    end
    local row = torch.Tensor {{{5, 1, 2, 7, 3, 4}}}
    assert.same({{{5, 7, 3, 7}}}, nn.SpatialDilatedMaxPooling(2, 1, 1, 1, 0, 0, 2, 1):forward(row):totable())
    check(x, 'SpatialDilatedMaxPooling', 2, 3, 2, 1, 1, 1, 3, 2)
  end)

  it('subsampling is a weighted sum of windows', function()
    local x = numbers(2, 3, 5, 6)
    local sub = nn.SpatialSubSampling(3, 2, 3, 1, 2)
    local mean = nn.SpatialAveragePooling(2, 3, 1, 2):forward(x)
    same(mean[2][3] * (6 * sub.weight[3]) + sub.bias[3], sub:forward(x)[2][3])
    check(x, 'SpatialSubSampling', 3, 2, 3, 1, 2)
  end)

  it('convolutions by a table of connections', function()
    local x, all = numbers(2, 5, 6), nn.tables.full(2, 3)
    assert.same({6, 2}, all:size():totable())
    local map, conv = nn.SpatialConvolutionMap(all, 3, 2), nn.SpatialConvolution(2, 3, 3, 2)
    for k = 1, 6 do conv.weight[all[k][2]][all[k][1]]:copy(map.weight[k]) end
    conv.bias:copy(map.bias)
    same(conv:forward(x), map:forward(x))
    local sum = map.weight:sum()
    map:decayParameters(0.25)
    assert.near(0.75 * sum, map.weight:sum(), 1e-12)
    check(numbers(2, 3, 4, 5), 'SpatialConvolutionMap', nn.tables.random(3, 4, 2), 2, 3, 1, 2)
    check(numbers(2, 3, 4, 5), 'SpatialFullConvolutionMap', nn.tables.oneToOne(3), 2, 3, 2, 1)
  end)

  it('local normalisations', function()
    local x = numbers(2, 3, 7, 8):add(2)
    local kernel = numbers(3, 5):abs()
    local y = check(x, 'SpatialSubtractiveNormalization', 3, kernel)
    local sum, weight = 0, 0
    for a = 1, 3 do
      for b = 1, 5 do
        for c = 1, 3 do sum = sum + kernel[a][b] * at(x[1][c], a - 1, b + 1) / 3 end
        if a > 1 then weight = weight + kernel[a][b] end
      end
    end
    assert.near(x[1][2][1][4] - sum / weight, y[1][2][1][4], 1e-12)
    same(torch.zeros(1, 9, 9), nn.SpatialSubtractiveNormalization():forward(torch.ones(1, 9, 9)))
    check(x, 'SpatialDivisiveNormalization', 3, kernel)
    check(x, 'SpatialDivisiveNormalization', 3, torch.ones(3), 100, 2)
    check(x, 'SpatialContrastiveNormalization', 3, torch.ones(5))
    assert.has_error(function() nn.SpatialSubtractiveNormalization(1, torch.ones(4, 4)) end)
  end)

  it('dropping whole maps', function()
    torch.manualSeed(1)
    for name, sizes in pairs {SpatialDropout = {2, 500, 2, 3}, VolumetricDropout = {2, 500, 2, 1, 3}} do
      local drop, x = nn[name](0.2), torch.ones(unpack(sizes))
      local y = drop:forward(x)
      assert.near(0.8, y:mean(), 0.06)
      local maps = y:view(1000, 6)
      assert.is_true((maps:max(2) - maps:min(2)):max() == 0 and y:min() == 0 and y:max() == 1)
      same(y, drop:backward(x, x))
      drop:evaluate()
      assert.near(0.8, drop:forward(x)[1]:min(), 1e-12)
      assert.near(0.8, drop:backward(x, x):max(), 1e-12)
    end
  end)
end)
