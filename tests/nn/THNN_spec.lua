-- tensor.THNN against the layers.
describe('tensor.THNN', function()
  it('convolves with kernels as a matrix and a bias that is part of another tensor', function()
    local x, out = torch.randn(3, 9, 8), torch.Tensor()
    local conv = nn.SpatialConvolution(3, 5, 3, 2, 2, 1, 1, 0)
    local weight, bias = conv.weight:view(5, 18), torch.cat(torch.randn(2), conv.bias):narrow(1, 3, 5)
    local none = torch.Tensor():cdata()
    x.THNN.SpatialConvolutionMM_updateOutput(x:cdata(), out:cdata(), weight:cdata(), bias:cdata(), none, none,
      3, 2, 2, 1, 1, 0)
    assert.equal(0, (conv:forward(x) - out):abs():max())
  end)
end)
