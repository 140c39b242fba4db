-- Measures of pictures that need neither ground truth nor a network. Pictures are RGB in [0, 1], 3 x H x W double,
-- regions H x W doubles of zeros and ones (pen.compare.regions). A measure whose region is empty, or whose divisor is
-- zero, is nil.
local M = {}

local function mean_over(plane, region)
  local count = region:sum()
  if count > 0 then return torch.cmul(plane, region):sum() / count end
end

local function ratio(a, b)
  if a and b and b > 0 then return a / b end
end

-- How much the picture o differs from the painting b where nothing should: largest and mean |o - b| outside the loose
-- mask, over pixels and channels, in levels of 255. 0 .. 255; 0 is the aim.
function M.background(o, b, outside)
  local difference = (o - b):abs()
  local largest = torch.cmul(difference:max(1)[1], outside):max()
  local mean = mean_over(difference:mean(1)[1], outside)
  if mean then return 255 * largest, 255 * mean end
end

-- Peak signal-to-noise ratio of o against r in a region, in dB: 10 log10(1 / mean (o - r)^2). Higher is nearer to r;
-- 20 differs plainly, 40 hardly visibly, equal pictures give infinity.
function M.psnr(o, r, region)
  local difference = o - r
  local mean = mean_over(difference:cmul(difference):mean(1)[1], region)
  if mean then return -10 * math.log10(mean) end
end

local function smooth(plane, bell)
  return image.convolve(image.convolve(plane, bell, 'valid'), bell:t():contiguous(), 'valid')
end

local function narrowed(region, margin)
  return region:narrow(1, margin + 1, region:size(1) - 2 * margin):narrow(2, margin + 1, region:size(2) - 2 * margin)
end

-- Structural similarity of the luminance of o and r, mean over a region (Wang et al. 2004: Gaussian window of 11 and
-- sigma 1.5, K = 0.01, 0.03; windows inside the picture). -1 .. 1; 1 for equal pictures.
function M.ssim(o, r, region)
  local side, c1, c2 = 11, 0.01 ^ 2, 0.03 ^ 2
  if o:size(2) < side or o:size(3) < side then return nil end
  local bell = image.gaussian {width = side, height = 1, sigma_horz = 1.5 / side, normalize = true}:double()
  local a, b = image.rgb2y(o)[1], image.rgb2y(r)[1]
  local mean_a, mean_b = smooth(a, bell), smooth(b, bell)
  local aa, bb, ab = torch.cmul(mean_a, mean_a), torch.cmul(mean_b, mean_b), torch.cmul(mean_a, mean_b)
  local var_a, var_b = smooth(torch.cmul(a, a), bell) - aa, smooth(torch.cmul(b, b), bell) - bb
  local covariance = smooth(torch.cmul(a, b), bell) - ab
  local above = torch.cmul(ab:mul(2):add(c1), covariance:mul(2):add(c2))
  local below = torch.cmul(aa + bb + c1, var_a + var_b + c2)
  return mean_over(above:cdiv(below), narrowed(region, (side - 1) / 2))
end

-- Length of the gradient, over the channels together, by central differences: (H-2) x (W-2).
local function slope(picture)
  local dx = picture[{{}, {2, -2}, {3, -1}}] - picture[{{}, {2, -2}, {1, -3}}]
  local dy = picture[{{}, {3, -1}, {2, -2}}] - picture[{{}, {1, -3}, {2, -2}}]
  return dx:cmul(dx):add(dy:cmul(dy)):sum(1)[1]:sqrt():div(2)
end

-- Mean |gradient| of o in the band across the object's contour, over that of the painting b in the ring around the
-- object. 0 up; 1: the contour is as steep as the painting is there; larger: cut out; smaller: blurred.
function M.seam(o, b, band, ring)
  if o:size(2) < 3 or o:size(3) < 3 then return nil end
  return ratio(mean_over(slope(o), narrowed(band, 1)), mean_over(slope(b), narrowed(ring, 1)))
end

-- Median over the region's pixels and channels of (dx^2 + dy^2) / 2, forward differences; nil where there is none.
local function grain(picture, region)
  local here = picture[{{}, {1, -2}, {1, -2}}]
  local dx, dy = picture[{{}, {1, -2}, {2, -1}}] - here, picture[{{}, {2, -1}, {1, -2}}] - here
  local squares = dx:cmul(dx):add(dy:cmul(dy)):div(2)
  local selected = squares:maskedSelect(region[{{1, -2}, {1, -2}}]:byte():view(1, here:size(2), here:size(3))
    :expandAs(squares):contiguous())
  if selected:nElement() > 0 then return selected:median()[1] end
end

-- Median total variation of o in the object, over that of the whole painting b. 0 up; 1: as rough as the painting;
-- smaller: smoother.
function M.grain(o, b, inside)
  if o:size(2) < 2 or o:size(3) < 2 then return nil end
  return ratio(grain(o, inside), grain(b, torch.ones(inside:size())))
end

return M
