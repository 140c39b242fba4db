-- Neighbourhoods of gray pictures: image.erode, dilate and lcn.

-- How many of the kernel's ones meet ones: the picture, with the value around it, convolved.
local function met(im, kernel, value, name)
  if not torch.isTensor(im) or im:dim() ~= 2 then
    error(('image.%s: a picture HxW of 0 and 1 expected'):format(name), 3)
  end
  if kernel:size(1) % 2 == 0 or kernel:size(2) % 2 == 0 then
    error(('image.%s: the kernel must have odd sides'):format(name), 3)
  end
  local above, left = (kernel:size(1) - 1) / 2, (kernel:size(2) - 1) / 2
  local padded = torch.DoubleTensor(im:size(1) + 2 * above, im:size(2) + 2 * left):fill(value)
  padded:narrow(1, above + 1, im:size(1)):narrow(2, left + 1, im:size(2)):copy(im)
  return image.convolve(padded, kernel:double())
end

local function gray(im)
  if torch.isTensor(im) and im:dim() == 3 and im:size(1) == 1 then im = im:select(1, 1) end
  if not torch.isTensor(im) or im:dim() ~= 2 then error('image.lcn: a gray picture, HxW or 1xHxW, expected', 3) end
  return im:double()
end

return function(image)
  -- image.erode(picture [, kernel [, pad]]): 1 where the kernel's ones (3x3 by default) all meet ones; outside is pad,
  -- 1 by default.
  function image.erode(im, kernel, pad)
    kernel = kernel or torch.ones(3, 3)
    return met(im, kernel, pad or 1, 'erode'):eq(kernel:sum()):typeAs(im)
  end

  -- image.dilate(picture [, kernel [, pad]]): 1 where any of the turned kernel's ones meets a one; outside is pad, 0.
  function image.dilate(im, kernel, pad)
    kernel = image.hflip(image.vflip(kernel or torch.ones(3, 3)))
    return met(im, kernel, pad or 0, 'dilate'):gt(0):typeAs(im)
  end

  -- image.lcn(picture [, kernel]): less its mean, divided by its deviation, and then the same with the means under the
  -- kernel (a Gaussian of 9x9 by default), whose deviations count as at least 1. Doubles, where the kernel fits.
  function image.lcn(im, kernel)
    kernel = kernel or image.gaussian {size = 9, sigma = 1.591 / 9, normalize = true}
    local x = gray(im):clone()
    x:add(-x:mean())
    x:div(x:std())
    local mean = image.convolve(x, kernel)
    local deviation = image.convolve(torch.cmul(x, x), kernel):addcmul(-1, mean, mean):clamp(0, math.huge):sqrt()
    local top, left = math.floor(kernel:size(1) / 2) + 1, math.floor(kernel:size(2) / 2) + 1
    local middle = x:narrow(1, top, mean:size(1)):narrow(2, left, mean:size(2))
    return torch.csub(middle, mean):cdiv(deviation:clamp(1, math.huge))
  end
end
