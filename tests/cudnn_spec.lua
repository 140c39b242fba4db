-- cudnn as names for nn's layers.
require 'cudnn'

describe('cudnn', function()
  it('has nn\'s layers, which compute', function()
    assert.equal(nn.SpatialConvolution, cudnn.SpatialConvolution)
    local net = nn.Sequential():add(cudnn.SpatialConvolution(2, 3, 3, 3)):add(cudnn.ReLU(true)):cuda()
    assert.equal(net, cudnn.convert(net, cudnn))
    assert.same({3, 4, 4}, net:forward(torch.CudaTensor(2, 6, 6):fill(1)):size():totable())
    assert.is_nil(cudnn.NoSuchLayer)
  end)

  it('has switches that keep what they are set to', function()
    assert.is_false(cudnn.benchmark)
    cudnn.benchmark = true
    assert.is_true(cudnn.benchmark)
    cudnn.benchmark = false
    assert.is_false(cudnn.benchmark)
    cudnn.mine = 7
    assert.equal(7, cudnn.mine)
  end)
end)
