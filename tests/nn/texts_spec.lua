-- What layers print, to the character as in Torch, where programs' logs and diffs show it.
require 'nn'

local WITH_NUMBERS = {
  'nn.Bilinear(3x4 -> 2) ', nn.Bilinear(3, 4, 2),
  'nn.Bilinear(3x4 -> 2)  without bias', nn.Bilinear(3, 4, 2, false),
  'nn.LeakyReLU(0.01)', nn.LeakyReLU(),
  'nn.SpatialConvolution(2 -> 3, 3x2)', nn.SpatialConvolution(2, 3, 3, 2),
  'nn.SpatialConvolution(2 -> 3, 3x3, 1,1, 1,0)', nn.SpatialConvolution(2, 3, 3, 3, 1, 1, 1, 0),
  'nn.SpatialConvolution(2 -> 3, 3x3, 2,2) without bias', nn.SpatialConvolution(2, 3, 3, 3, 2, 2):noBias(),
  'nn.SpatialDilatedConvolution(2 -> 3, 3x3, 1,1)', nn.SpatialDilatedConvolution(2, 3, 3, 3),
  'nn.SpatialDilatedConvolution(2 -> 3, 3x3, 2,2, 1,1)', nn.SpatialDilatedConvolution(2, 3, 3, 3, 2, 2),
  'nn.SpatialDilatedConvolution(2 -> 3, 3x2, 1,1, 1,0, 2,3)',
  nn.SpatialDilatedConvolution(2, 3, 3, 2, 1, 1, 1, 0, 2, 3),
  'nn.SpatialDilatedMaxPooling(2x2, 2,2, 1,1)', nn.SpatialDilatedMaxPooling(2, 2),
  'nn.SpatialDilatedMaxPooling(2x2, 1,1, 1,1, 2,2)', nn.SpatialDilatedMaxPooling(2, 2, 1, 1, 1, 1, 2, 2),
  'nn.SpatialAveragePooling(3x2, 2,1, 1,1)', nn.SpatialAveragePooling(3, 2, 2, 1, 1, 1),
  'nn.SpatialFullConvolution(2 -> 3, 3x2, 2,2, 1,0, 1,1)', nn.SpatialFullConvolution(2, 3, 3, 2, 2, 2, 1, 0, 1, 1),
  'nn.SpatialFullConvolution(2 -> 3, 3x3, 2,2, 1,1)', nn.SpatialFullConvolution(2, 3, 3, 3, 2, 2, 0, 0, 1, 1),
  'nn.UpSampling(2x, nearest)', nn.UpSampling(2),
  'nn.UpSampling(4x6, linear)', nn.UpSampling({oheight = 4, owidth = 6}, 'linear'),
  'nn.UpSampling(3x4x6, linear)', nn.UpSampling({odepth = 3, oheight = 4, owidth = 6}, 'linear'),
  'CReLU()', nn.CReLU(1),
}

-- These print their class alone.
local WITHOUT = {
  nn.Copy('torch.DoubleTensor', 'torch.FloatTensor'), nn.Max(2), nn.Min(1), nn.Mean(1), nn.Sum(1), nn.Narrow(1, 2, 2),
  nn.NarrowTable(2, 2), nn.PReLU(3), nn.Padding(1, 2), nn.PixelShuffle(2), nn.Select(1, 2), nn.SplitTable(1),
  nn.Squeeze(2), nn.SpatialAdaptiveAveragePooling(2, 3), nn.SpatialAdaptiveMaxPooling(2, 3),
  nn.SpatialContrastiveNormalization(2), nn.SpatialDivisiveNormalization(2), nn.SpatialSubtractiveNormalization(2),
  nn.SpatialConvolutionMap(nn.tables.full(2, 3), 3, 3), nn.SpatialFullConvolutionMap(nn.tables.full(2, 3), 3, 3),
  nn.SpatialCrossMapLRN(3), nn.SpatialUpSamplingNearest(2), nn.TemporalConvolution(3, 2, 3),
}

describe('the text of a layer', function()
  it('has the numbers that Torch shows', function()
    for i = 1, #WITH_NUMBERS, 2 do assert.equal(WITH_NUMBERS[i], tostring(WITH_NUMBERS[i + 1])) end
  end)

  it('is its class where Torch shows none', function()
    for _, layer in ipairs(WITHOUT) do assert.equal(torch.typename(layer), tostring(layer)) end
  end)

  it('of classes derived from nn.Sequential begins with that name', function()
    assert.equal('nn.Sequential {\n  [input -> (1) -> (2) -> (3) -> output]\n  (1): nn.Linear(4 -> 6)\n' ..
                 '  (2): nn.View(2, 3)\n  (3): nn.Max\n}', tostring(nn.Maxout(4, 3, 2)))
  end)

  it('of nn.MapTable sets lines within it further in', function()
    assert.equal('nn.MapTable { }', tostring(nn.MapTable()))
    assert.equal('nn.MapTable {\n  nn.Sequential {\n          [input -> (1) -> output]\n' ..
                 '          (1): nn.Identity\n        }\n}',
                 tostring(nn.MapTable(nn.Sequential():add(nn.Identity()))))
  end)
end)
