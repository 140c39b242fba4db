-- The reference in docs/: every example prints what the page shows, and everything public has an entry.
local lfs = require 'lfs'
local pen = require 'pen.ffi'
package.path = pen.root .. 'tests/docs/?.lua;' .. package.path
local page = require 'page'
local docs = pen.root .. 'docs/'

local function files(folder, pattern)
  local list = {}
  for name in lfs.dir(folder) do
    if name:find(pattern) then list[#list + 1] = name end
  end
  table.sort(list)
  return list
end

-- What has no entry yet. The list may only shrink.
local undocumented = {}
for name in ([[
  Container:add Container:applyToModules Container:branches_text Container:chain_text Container:clearState
  Container:evaluate Container:get Container:parameters Container:reset Container:rethrowErrors Container:share
  Container:size Container:sync Container:training Container:updateParameters Container:zeroGradParameters
  Criterion:backward Criterion:clone Criterion:cuda Criterion:double Criterion:float Criterion:forward Criterion:type
  Criterion:updateGradInput Criterion:updateOutput Jacobian.backward Jacobian.backwardDiagHessian
  Jacobian.backwardUpdate Jacobian.forward Jacobian.forwardUpdate Jacobian.linearModuleDiagHessian
  Jacobian.testAllUpdate Jacobian.testDiagHessian Jacobian.testDiagHessianBias Jacobian.testDiagHessianInput
  Jacobian.testDiagHessianWeight Jacobian.testIO Jacobian.testJacobian Jacobian.testJacobianParameters
  Jacobian.testJacobianUpdateParameters MaskedLoss:above MaskedLoss:boxOver MaskedLoss:clearState MaskedLoss:elements
  MaskedLoss:gradInputWithin MaskedLoss:meter MaskedLoss:narrow MaskedLoss:places MaskedLoss:require
  MaskedLoss:requireFeatures MaskedLoss:requireMask MaskedLoss:type MaskedLoss:updateGradInput MaskedLoss:updateOutput
  MaskedLoss:value Module:accGradParameters Module:accUpdateGradParameters Module:apply Module:backward
  Module:backwardUpdate Module:boxOver Module:clearState Module:clone Module:cuda
  Module:defaultAccUpdateGradParameters Module:double Module:evaluate Module:findModules Module:flatten Module:float
  Module:forward Module:getParameters Module:gradInputWithin Module:listModules Module:parameters Module:read
  Module:replace Module:reset Module:share Module:sharedAccUpdateGradParameters Module:training Module:type
  Module:updateGradInput Module:updateOutput Module:updateParameters Module:write Module:zeroGradParameters
  Sequential:accGradParameters Sequential:accUpdateGradParameters Sequential:add Sequential:backward Sequential:insert
  Sequential:remove Sequential:updateGradInput Sequential:updateOutput nn.Abs nn.AbsCriterion nn.Add nn.AddConstant
  nn.BCECriterion nn.BatchNormalization nn.Bilinear nn.Bottle nn.CAdd nn.CAddTable nn.CAddTensorTable nn.CDivTable
  nn.CMaxTable nn.CMinTable nn.CMul nn.CMulTable nn.CReLU nn.CSubTable nn.Clamp nn.ClassNLLCriterion nn.Collapse
  nn.Concat nn.ConcatTable nn.Constant nn.Container nn.Contiguous nn.Copy nn.Cosine nn.CosineDistance
  nn.CosineEmbeddingCriterion nn.Criterion nn.CriterionTable nn.CrossEntropyCriterion nn.Decorator nn.DepthConcat
  nn.DistKLDivCriterion nn.DistanceRatioCriterion nn.DotProduct nn.Dropout nn.ELU nn.Euclidean nn.Exp nn.FlattenTable
  nn.GPU nn.GatedLinearUnit nn.GradientReversal nn.HardShrink nn.HardTanh nn.HingeEmbeddingCriterion nn.Identity
  nn.Index nn.Jacobian nn.JoinTable nn.L1Cost nn.L1HingeEmbeddingCriterion nn.L1Penalty nn.LayerNormalization
  nn.LeakyReLU nn.Linear nn.LinearWeightNorm nn.Log nn.LogSigmoid nn.LogSoftMax nn.LookupTable nn.MM nn.MSECriterion
  nn.MV nn.MapTable nn.MarginCriterion nn.MarginRankingCriterion nn.MaskedContentLoss nn.MaskedHistogramLoss
  nn.MaskedLoss nn.MaskedSelect nn.MaskedStyleLoss nn.Max nn.Maxout nn.Mean nn.Min nn.MixtureTable nn.Module
  nn.ModuleCriterion nn.Mul nn.MulConstant nn.MultiCriterion nn.MultiLabelSoftMarginCriterion nn.MultiMarginCriterion
  nn.Narrow nn.NarrowTable nn.Normalize nn.OneHot nn.PReLU nn.Padding nn.PairwiseDistance nn.Parallel
  nn.ParallelCriterion nn.ParallelTable nn.PixelShuffle nn.Power nn.PrintSize nn.RReLU nn.ReLU nn.ReLU6 nn.Replicate
  nn.Reshape nn.Select nn.SelectTable nn.Sequential nn.Sigmoid nn.SmoothL1Criterion nn.SoftMarginCriterion nn.SoftMax
  nn.SoftMin nn.SoftPlus nn.SoftShrink nn.SoftSign nn.SpatialAdaptiveAveragePooling nn.SpatialAdaptiveMaxPooling
  nn.SpatialAveragePooling nn.SpatialBatchNormalization nn.SpatialClassNLLCriterion nn.SpatialContrastiveNormalization
  nn.SpatialConvolution nn.SpatialConvolutionMM nn.SpatialConvolutionMap nn.SpatialCrossMapLRN
  nn.SpatialDilatedConvolution nn.SpatialDilatedMaxPooling nn.SpatialDivisiveNormalization nn.SpatialDropout
  nn.SpatialFullConvolution nn.SpatialFullConvolutionMap nn.SpatialLPPooling nn.SpatialLogSoftMax nn.SpatialMaxPooling
  nn.SpatialMaxUnpooling nn.SpatialReflectionPadding nn.SpatialReplicationPadding nn.SpatialSoftMax
  nn.SpatialSubSampling nn.SpatialSubtractiveNormalization nn.SpatialUpSamplingBilinear nn.SpatialUpSamplingNearest
  nn.SpatialZeroPadding nn.SplitTable nn.Sqrt nn.Square nn.Squeeze nn.Sum nn.Tanh nn.TanhShrink nn.TemporalConvolution
  nn.TemporalMaxPooling nn.Threshold nn.TotalVariationLoss nn.Transpose nn.Unsqueeze nn.UpSampling nn.View
  nn.VolumetricBatchNormalization nn.VolumetricDropout nn.WeightNorm nn.WeightedMSECriterion nn.WhiteNoise nn.ZeroGrad
  nn.ZipTable nn.ZipTableOneToMany nn.hessian nn.tables nn.utils tables.full tables.oneToOne tables.random
  utils.addSingletonDimension utils.clear utils.contiguousView utils.deepCopy utils.recursiveAdd utils.recursiveCopy
  utils.recursiveFill utils.recursiveResizeAs utils.recursiveType utils.storage_key cudnn.convert cudnn.version
  cutorch.getDevice cutorch.getDeviceCount cutorch.getDeviceProperties cutorch.getDriverVersion cutorch.getMemoryUsage
  cutorch.getNumStreams cutorch.getRNGState cutorch.getRuntimeVersion cutorch.getState cutorch.getStream
  cutorch.hasFastHalfInstructions cutorch.hasHalf cutorch.initialSeed cutorch.manualSeed cutorch.manualSeedAll
  cutorch.seed cutorch.seedAll cutorch.setDevice cutorch.setHeapTracking cutorch.setRNGState cutorch.streamSynchronize
  cutorch.synchronize cutorch.synchronizeAll cutorch.withDevice image.compressJPG image.compressPNG image.convolve
  image.crop image.decompress image.decompressJPG image.decompressPNG image.flip image.gaussian image.getSize
  image.hflip image.load image.loadJPG image.loadPGM image.loadPNG image.loadPPM image.minmax image.rgb2y
  image.rgb2yuv image.save image.saveJPG image.savePGM image.savePNG image.savePPM image.scale image.vflip
  image.yuv2rgb optim.Logger optim.adadelta optim.adagrad optim.adam optim.adamax optim.cg optim.checkgrad optim.lbfgs
  optim.lswolfe optim.nag optim.polyinterp optim.rmsprop optim.sgd paths.basename paths.concat paths.cwd paths.dir
  paths.dirname paths.dirp paths.dofile paths.extname paths.filep paths.files paths.findprogram paths.home
  paths.is_mac paths.is_win paths.iterdirs paths.iterfiles paths.mkdir paths.rmall paths.rmdir paths.thisfile
  paths.tmpname sys.COLORS sys.OS sys.basename sys.clock sys.colors sys.concat sys.dirname sys.dirp sys.execute
  sys.fexecute sys.filep sys.fpath sys.isNaN sys.pwd sys.sleep sys.tic sys.toc sys.uname sys.usleep xlua.formatTime
  xlua.progress xlua.require
]]):gmatch('%S+') do undocumented[name] = true end

local missing, late = {}, {}

-- Notes those of names, {name = anything}, that the pages have no entry for.
local function look_up(prefix, pages, names)
  local found = {}
  for _, name in ipairs(files(docs, '%.md$')) do
    if name:find(pages) then page.entries(docs .. name, found) end
  end
  for name in pairs(names) do
    local known = undocumented[prefix .. name]
    if not found[name] and not known then missing[#missing + 1] = prefix .. name end
    if found[name] and known then late[#late + 1] = prefix .. name end
  end
end

-- Fails with the list of what has been noted.
local function judge()
  local first, second = missing, late
  missing, late = {}, {}
  table.sort(first)
  table.sort(second)
  assert.equal('', table.concat(first, ' '), 'no entry in docs/')
  assert.equal('', table.concat(second, ' '), 'documented, but listed as undocumented')
end

-- The fields of a table that are functions or classes and do not begin with an underscore.
local function public(t)
  local names = {}
  for key in pairs(t) do
    if type(key) == 'string' and key:sub(1, 1) ~= '_' then names[key] = true end
  end
  return names
end

-- Of a class: without what classes have of themselves.
local function methods(class)
  local names = public(torch.getmetatable(class))
  names.__index = nil
  return names
end

local function classes(folder)
  local names = {}
  for _, file in ipairs(files(pen.root .. 'lua/' .. folder, '^%u%w*%.lua$')) do names[file:match('^%w+')] = true end
  return names
end

describe('the reference', function()
  for _, name in ipairs(files(docs, '%.md$')) do
    it('shows in ' .. name .. ' what its examples print', function()
      local examples = page.examples(docs .. name)
      if #examples == 0 then return end
      local printed, problem = page.printed(docs .. name)
      assert.truthy(printed, problem)
      for i, example in ipairs(examples) do
        assert.equal(page.plain(example.shown), page.plain(printed[i]), ('%s:%d'):format(name, example.line))
      end
    end)
  end

  it('keeps the lines of text and code within 120 columns', function()
    for _, name in ipairs(files(docs, '%.md$')) do
      for line in io.lines(docs .. name) do
        assert.truthy(#line <= 120 or line:find('^|'), name .. ': ' .. line)
      end
    end
  end)

  it('has an entry for every function of torch', function()
    require 'torch'
    local names = public(torch)
    for _, prefix in ipairs {'Cuda', 'CudaDouble', 'CudaByte', 'CudaChar', 'CudaShort', 'CudaInt', 'CudaLong'} do
      names[prefix .. 'Tensor'], names[prefix .. 'Storage'] = nil, nil -- see cutorch.md
    end
    look_up('torch.', '^torch', names)
    judge()
  end)

  it('has an entry for every method of tensors and storages', function()
    local T = require 'torch.tensor'
    require 'cutorch'
    local cuda = {'cuda', 'cudaDouble', 'cudaByte', 'cudaChar', 'cudaShort', 'cudaInt', 'cudaLong', 'getDevice'}
    local names = public(T.methods)
    for _, name in ipairs(cuda) do names[name] = nil end
    look_up(':', '^torch', names)
    look_up('storage:', '^torch', public(T.storage_methods))
    judge()
  end)

  it('has an entry for every method of the classes of torch', function()
    for _, class in ipairs {'CmdLine', 'Timer', 'Tester', 'File', 'DiskFile', 'MemoryFile'} do
      local names = methods('torch.' .. class)
      names.read_option, names.read_argument, names.suggestion = nil, nil, nil -- how CmdLine:parse does it
      look_up(class .. ':', '^torch', names)
    end
    judge()
  end)

  it('has an entry for every class of nn, and every method of its bases', function()
    require 'nn'
    look_up('nn.', '^nn', classes('nn'))
    for _, class in ipairs {'Module', 'Criterion', 'Container', 'Sequential', 'MaskedLoss'} do
      local _ = nn[class]
      look_up(class .. ':', '^nn', methods('nn.' .. class))
    end
    look_up('nn.', '^nn', {utils = true, hessian = true, tables = true})
    for _, part in ipairs {'utils', 'tables', 'Jacobian'} do
      look_up(part .. '.', '^nn', public(nn[part]))
    end
    judge()
  end)

  it('has an entry for every function of image, optim, paths, sys, xlua, cutorch and cudnn', function()
    for name, pages in pairs {image = '^image', paths = '^system', sys = '^system', xlua = '^system',
                              cutorch = '^cutorch', cudnn = '^cutorch'} do
      look_up(name .. '.', pages, public(require(name)))
    end
    require 'optim'
    local names = {}
    for _, file in ipairs(files(pen.root .. 'lua/optim', '%.lua$')) do names[file:match('^%w+')] = true end
    names.init, names.step, names.history = nil, nil, nil
    look_up('optim.', '^optim', names)
    judge()
  end)
end)
