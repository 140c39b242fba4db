-- image.save and its kin. Float and double values are clamped to 0..1, multiplied by 255, and the fraction is dropped.
-- Files are written under a temporary name and renamed: a failed save leaves neither a stump nor a damaged old file.
local ffi = require 'ffi'
local pen = require 'pen.ffi'
local files = require 'pen.file'
local T = require 'torch.tensor'

local direct = {['torch.ByteTensor'] = true, ['torch.FloatTensor'] = true, ['torch.DoubleTensor'] = true}

-- A picture that C can read: HxW or CxHxW, byte, float or double, on the host.
local function checked(tensor, channels, level)
  if not torch.isTensor(tensor) then error('a tensor expected, got ' .. torch.type(tensor), level + 1) end
  local dims = tensor:dim()
  if dims ~= 2 and not (dims == 3 and channels[tensor:size(1)]) then
    local allowed = {}
    for c in pairs(channels) do allowed[#allowed + 1] = c end
    table.sort(allowed)
    error(('the tensor is %s; HxW or CxHxW with C of %s can be saved'):format(T.shape_text(tensor),
      table.concat(allowed, ', ')), level + 1)
  end
  return direct[tensor:type()] and tensor or tensor:double()
end

-- The file's bytes as a ByteTensor. encode: name of the C function.
local function encoded(encode, tensor, ...)
  local dims = tensor:dim()
  local channels = dims == 3 and tensor:size(1) or 1
  local out = torch.ByteTensor(4 * channels * (tensor:size(dims - 1) + 16) * (tensor:size(dims) + 16) + 65536)
  local used = ffi.new('int64_t[1]')
  pen.check(pen.cpu, pen.C['pen_image_encode_' .. encode](pen.cpu.ctx, out, used, tensor, ...), 4)
  return out:narrow(1, 1, tonumber(used[0]))
end

local function store(name, bytes)
  if type(name) ~= 'string' then error('file name expected, got ' .. torch.type(name), 3) end
  local written, why = files.write(name, ffi.string(bytes:data(), bytes:nElement()))
  if not written then error(why, 3) end
end

local one_or_three, any = {true, nil, true}, {true, true, true, true}

local function to_gray(image, tensor)
  return tensor:dim() == 3 and tensor:size(1) == 3 and image.rgb2y(tensor) or tensor
end

local function to_color(tensor)
  if tensor:dim() == 3 and tensor:size(1) == 3 then return tensor end
  local height, width = tensor:size(tensor:dim() - 1), tensor:size(tensor:dim())
  return tensor:contiguous():view(1, height, width):expand(3, height, width)
end

return function(image)
  -- quality: 1 to 100, 75 by default; colour is stored at half resolution (4:2:0).
  function image.saveJPG(name, tensor, quality)
    store(name, encoded('jpeg', checked(tensor, one_or_three, 2), quality or 75))
  end
  function image.savePNG(name, tensor) store(name, encoded('png', checked(tensor, any, 2))) end
  function image.savePPM(name, tensor) store(name, encoded('pnm', to_color(checked(tensor, one_or_three, 2)))) end
  function image.savePGM(name, tensor) store(name, encoded('pnm', to_gray(image, checked(tensor, one_or_three, 2)))) end

  -- A file in memory, as a ByteTensor.
  function image.compressJPG(tensor, quality)
    return encoded('jpeg', checked(tensor, one_or_three, 2), quality or 75)
  end
  function image.compressPNG(tensor) return encoded('png', checked(tensor, any, 2)) end

  local savers = {
    jpg = image.saveJPG, jpeg = image.saveJPG, png = image.savePNG, ppm = image.savePPM, pgm = image.savePGM,
  }

  -- Loader, saver and size by extension, as scripts look them up.
  image.supported_filetypes = {}
  for extension, saver in pairs(savers) do
    local kind = extension:match('^jpe?g$') and 'JPG' or extension:upper():gsub('PGM', 'PPM')
    local row = {loader = image['load' .. kind], saver = saver, sizer = image['get' .. kind .. 'size']}
    image.supported_filetypes[extension], image.supported_filetypes[extension:upper()] = row, row
  end

  function image.is_supported(extension) return image.supported_filetypes[extension] ~= nil end

  -- image.save(file, tensor): the extension decides, .jpg .jpeg .png .ppm .pgm.
  function image.save(name, tensor)
    local extension = type(name) == 'string' and name:match('%.(%a+)$')
    local saver = extension and savers[extension:lower()]
    if not saver then error(('%s: pictures are saved as .png, .jpg, .ppm or .pgm'):format(tostring(name)), 2) end
    return saver(name, tensor)
  end
end
