-- Weighted sums over neighbourhoods and over all maps, for the local normalisations: the maps count alike, pixels
-- beyond the border are 0.
local M = {}

-- The kernel, 2-D (a vector v means v v^T) with odd sides, scaled so that a sum over n maps is a mean.
function M.kernel(kernel, n)
  kernel = (kernel or torch.Tensor(9, 9):fill(1)):clone()
  if kernel:dim() == 1 then kernel = torch.mm(kernel:view(-1, 1), kernel:view(1, -1)) end
  if kernel:dim() ~= 2 or kernel:size(1) % 2 == 0 or kernel:size(2) % 2 == 0 then
    error('the kernel must be 1-D or 2-D with odd sides', 4)
  end
  return kernel:div(kernel:sum() * n)
end

-- A convolution that takes every map of C x H x W, or of a batch of it, to such means; with equal kernels its own
-- gradient but for the kernel's mirror image.
local function convolution(kernel, maps, mirrored)
  local h, w = kernel:size(1), kernel:size(2)
  local net = nn.SpatialConvolution(1, 1, w, h, 1, 1, (w - 1) / 2, (h - 1) / 2):noBias():type(torch.type(maps))
  net.weight:copy(kernel)
  if mirrored then
    for i = 1, h do
      for j = 1, w do net.weight[1][1][i][j] = kernel[h - i + 1][w - j + 1] end
    end
  end
  return net
end

-- The means, 1 map for each sample. mirrored: with the kernel turned round, which is what gradients need.
function M.means(kernel, t, mirrored)
  local d = t:dim() - 2
  return convolution(kernel, t, mirrored):forward(t:sum(d))
end

-- What the means are of maps of ones: less than 1 near the border.
function M.coverage(kernel, t)
  local ones = t.new(1, t:size(t:dim() - 1), t:size(t:dim())):fill(1)
  local c = convolution(kernel, t):forward(ones):div(kernel:sum())
  return t:dim() == 4 and c:view(1, 1, c:size(2), c:size(3)) or c
end

-- The means as the chain of layers that Torch's files hold: padding, convolution, one copy per map.
function M.chain(module)
  local kernel, n = module.kernel, module.nInputPlane
  local h, w = kernel:size(1), kernel:size(2)
  local convolution = nn.SpatialConvolution(n, 1, w, h)
  convolution.weight:copy(kernel:view(1, 1, h, w):expand(1, n, h, w))
  convolution.bias:zero()
  local side, above = (w - 1) / 2, (h - 1) / 2
  return nn.Sequential():add(nn.SpatialZeroPadding(side, side, above, above)):add(convolution)
    :add(nn.Replicate(n, 1, 3)):type(module._type)
end

return M
