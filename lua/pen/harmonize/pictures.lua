-- Pictures in and out: loading at the working size, Caffe's colour convention, the composite over the painting.
-- Pictures are RGB in [0, 1], 3 x H x W; what the network sees is BGR, times 256, minus the mean pixel.
local region = require 'pen.harmonize.region'
local M = {}

local MEAN_BGR = {103.939, 116.779, 123.68}

local function mean_pixel(picture)
  return torch.DoubleTensor(MEAN_BGR):type(picture:type()):view(3, 1, 1):expandAs(picture)
end

function M.preprocess(picture)
  return picture:index(1, torch.LongTensor {3, 2, 1}):mul(256):add(-1, mean_pixel(picture))
end

-- What the network sees of the picture of that name in pics (M.assemble's). Made when it is asked for: of a large
-- picture it is large, and the iterations do not look at it.
function M.seen(pics, name) return M.preprocess(pics[name]):type(pics.dtype) end

-- The inverse of preprocess, computed in double, on the host and of like's type. One channel after another: large
-- pictures leave no copies behind.
function M.deprocess(picture, like)
  local result = like.new(picture:size())
  for c = 1, 3 do result[c]:copy(picture[4 - c]:double():add(MEAN_BGR[4 - c]):div(256)) end
  return result
end

-- Loads an RGB picture and scales its longer side to size pixels, or to exactly size x h. Errors name the option.
function M.load(option, file, size, h)
  local ok, picture = pcall(image.load, file, 3)
  if not ok then error(('-%s: %s'):format(option, (tostring(picture):gsub('^[^\n]-%.lua:%d+: ', '')))) end
  if h then return image.scale(picture, size, h, 'bilinear') end
  return image.scale(picture, size, 'bilinear')
end

local function size_text(t) return ('%d x %d'):format(t:size(t:dim()), t:size(t:dim() - 1)) end

-- Fails unless the picture has the working size of the content image.
function M.check_size(option, file, picture, content, content_file)
  local d = picture:dim()
  if picture:size(d) == content:size(3) and picture:size(d - 1) == content:size(2) then return end
  error(('-%s %s is %s at the working size, but -content_image %s is %s: crop or resize one to the shape of the other')
    :format(option, file, size_text(picture), content_file, size_text(content)))
end

-- A mask must select something, and leave something of the painting. Values are in [0, 1], white = object.
function M.check_mask(option, file, mask)
  if mask:max() <= 0.1 then
    error(('-%s %s is empty (black everywhere): paint the pasted object white'):format(option, file))
  end
  if mask:min() >= 0.9 then
    error(('-%s %s is full (white everywhere): paint white only what was pasted'):format(option, file))
  end
end

-- Both masks at the size of the content image, checked: the loose one H x W, the tight one 3 x H x W.
local function load_masks(params, content)
  local loose = M.load('mask_image', params.mask_image, params.image_size)[1]:float()
  local tight = M.load('tmask_image', params.tmask_image, params.image_size):float()
  M.check_size('mask_image', params.mask_image, loose, content, params.content_image)
  M.check_size('tmask_image', params.tmask_image, tight, content, params.content_image)
  M.check_mask('mask_image', params.mask_image, loose)
  M.check_mask('tmask_image', params.tmask_image, tight[1])
  return loose, tight
end

-- 7 x 7, nearly a box. Channels that are one in memory stay one.
local function blurred(tight)
  local kernel = image.gaussian(7, 3, 1, true)
  if tight:stride(1) == 0 then return image.convolve(tight:narrow(1, 1, 1), kernel, 'same'):expandAs(tight) end
  return image.convolve(tight, kernel, 'same'):contiguous()
end

-- What a pass works on, from pictures of one size. composite and painting: RGB, double or float. loose: H x W, tight:
-- 3 x H x W, both float. dtype: of the network. Adds the tight mask blurred for the composite.
function M.assemble(composite, painting, loose, tight, dtype)
  return {
    composite = composite, painting = painting, masks = {loose = loose, tight = tight, blurred = blurred(tight)},
    dtype = dtype,
  }
end

-- All pictures of a pass, from files. The painting takes the composite's exact size if the aspects agree to a pixel.
function M.load_all(params, dtype)
  local composite = M.load('content_image', params.content_image, params.image_size)
  local painting = M.load('style_image', params.style_image, params.image_size)
  M.check_size('style_image', params.style_image, painting, composite, params.content_image)
  local loose, tight = load_masks(params, composite)
  return M.assemble(composite, painting, loose, tight, dtype)
end

-- The optimised picture inside the blurred tight mask (3 x H x W), the painting outside; both as the network sees them,
-- from which Torch's scripts, too, make what is outside. Of like's type.
function M.composite(optimised, painting, blurred, like)
  local result, box = M.deprocess(painting, like), region.box(blurred[1], 0)
  local part, weight = region.part(box, result), region.part(box, blurred):type(like:type())
  local mixed = torch.cmul(M.deprocess(region.part(box, optimised), like), weight)
  part:copy(mixed:add(torch.cmul(part, 1 - weight)))
  return result
end

-- The luminance of the result with the colours of the naive composite.
function M.original_colors(content, generated)
  local luminance = image.rgb2yuv(generated)[{{1, 1}}]
  local colour = image.rgb2yuv(content)[{{2, 3}}]
  return image.yuv2rgb(torch.cat(luminance, colour, 1))
end

-- 'out/a.png', 100 -> 'out/a_100.png'
function M.numbered_name(file, iteration)
  local extension = paths.extname(file)
  return ('%s/%s_%d.%s'):format(paths.dirname(file), paths.basename(file, extension), iteration, extension)
end

return M
