-- nn.PixelShuffle(r): r^2 C x H x W (or a batch of it) to C x r H x r W: each group of r^2 maps becomes the r x r
-- pixels of one (Shi et al. 2016).
local PixelShuffle, parent = torch.class('nn.PixelShuffle', 'nn.Module')

function PixelShuffle:__init(upscaleFactor)
  parent.__init(self)
  self.upscaleFactor = upscaleFactor
end

-- B, C, H and W of the output's maps before they grow, from the input.
local function sides(self, input)
  local n, r = input:dim(), self.upscaleFactor
  if n ~= 3 and n ~= 4 or input:size(n - 2) % (r * r) ~= 0 then
    error(('nn.PixelShuffle: expected a multiple of %d maps'):format(r * r), 3)
  end
  return n == 4 and input:size(1) or 1, input:size(n - 2) / (r * r), input:size(n - 1), input:size(n)
end

function PixelShuffle:updateOutput(input)
  local r, b, c, h, w = self.upscaleFactor, sides(self, input)
  local split = input:contiguous():view(b, c, r, r, h, w):permute(1, 2, 5, 3, 6, 4)
  self.output:resize(b, c, h, r, w, r):copy(split)
  if input:dim() == 3 then return self.output:resize(c, h * r, w * r) end
  return self.output:resize(b, c, h * r, w * r)
end

function PixelShuffle:updateGradInput(input, gradOutput)
  local r, b, c, h, w = self.upscaleFactor, sides(self, input)
  local split = gradOutput:contiguous():view(b, c, h, r, w, r):permute(1, 2, 4, 6, 3, 5)
  return self.gradInput:resize(b, c, r, r, h, w):copy(split):resize(input:size())
end
