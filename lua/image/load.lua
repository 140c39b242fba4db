-- image.load and its kin. Formats are told apart by the first bytes of the file: PNG, JPEG, PPM and PGM.
local ffi = require 'ffi'
local pen = require 'pen.ffi'
local files = require 'pen.file'
local T = require 'torch.tensor'

local classes = {byte = 'torch.ByteTensor', float = 'torch.FloatTensor', double = 'torch.DoubleTensor'}
local formats = {PNG = pen.C.PEN_PNG, JPEG = pen.C.PEN_JPEG, Netpbm = pen.C.PEN_PNM}

-- What C said, without the name of the C function, behind the words of Torch's own messages, for which programs look.
local function reason()
  local text = ffi.string(pen.C.pen_last_error()):gsub('^pen_[%w_]+: ', '')
  if text:find('^broken PNG') then return 'Error during init_io: ' .. text end
  if text:find('^no PNG') then return 'unable to determine image type for file: ' .. text end
  return text
end

-- The decoded picture, CxHxW of the class wanted, or nil and the reason. format: 'PNG', 'JPEG', 'Netpbm', nil for any.
local function decode(bytes, typename, format)
  local facts = ffi.new('pen_image_facts')
  if pen.C.pen_image_header(pen.cpu.ctx, facts, bytes, #bytes) ~= 0 then return nil, reason() end
  if format and facts.format ~= formats[format] then return nil, 'no ' .. format .. ' picture' end
  local direct = typename == 'torch.ByteTensor' or typename == 'torch.FloatTensor'
  local class = T.class_named(direct and typename or 'torch.DoubleTensor')
  local picture = class.new(tonumber(facts.channels), tonumber(facts.height), tonumber(facts.width))
  if pen.C.pen_image_decode(pen.cpu.ctx, picture, bytes, #bytes) ~= 0 then return nil, reason() end
  return typename == class.typename and picture or picture:type(typename)
end

-- To one channel or three (gray repeated, alpha dropped); nil leaves the channels as they are. The luminance of colours
-- comes as HxW, as in Torch, where one channel that is there already keeps its dimension.
local function to_depth(image, picture, depth)
  local channels = picture:size(1)
  if not depth or depth == channels then return picture end
  if depth == 1 then
    return channels == 2 and picture:narrow(1, 1, 1) or image.rgb2y(picture:narrow(1, 1, 3)):select(1, 1)
  elseif channels == 4 then
    return picture:narrow(1, 1, 3)
  end
  local gray = picture:narrow(1, 1, 1)
  return gray:expand(3, gray:size(2), gray:size(3)):contiguous()
end

-- Always tail-called by the public functions, so that level 2 is their caller's line.
local function read(image, name, bytes, depth, kind, format)
  if depth ~= nil and depth ~= 1 and depth ~= 3 then
    error(('%s: depth is %s, expected 1, 3 or nil'):format(name, tostring(depth)), 2)
  end
  local typename = kind and classes[kind] or torch.getdefaulttensortype()
  if kind and not classes[kind] then
    error(("%s: type is %s, expected 'byte', 'float' or 'double'"):format(name, tostring(kind)), 2)
  end
  local picture, why = decode(bytes, typename, format)
  if not picture then error(name .. ': ' .. why, 2) end
  return to_depth(image, picture, depth)
end

local function open(name)
  if type(name) ~= 'string' then error('file name expected, got ' .. torch.type(name), 3) end
  local bytes, why = files.read(name)
  if not bytes then error(why, 3) end
  return bytes
end

local function bytes_of(tensor)
  if torch.type(tensor) ~= 'torch.ByteTensor' then
    error('a torch.ByteTensor with the bytes of a file expected, got ' .. torch.type(tensor), 3)
  end
  return ffi.string(tensor:contiguous():data(), tensor:nElement())
end

local function size_of(name, bytes, format)
  local facts = ffi.new('pen_image_facts')
  if pen.C.pen_image_header(pen.cpu.ctx, facts, bytes, #bytes) ~= 0 then error(name .. ': ' .. reason(), 3) end
  if format and facts.format ~= formats[format] then error(('%s: no %s picture'):format(name, format), 3) end
  return facts.channels, tonumber(facts.height), tonumber(facts.width)
end

return function(image)
  -- image.load(file [, depth [, type]]) -> CxHxW, or HxW: colours as depth 1. depth: 1, 3 or nil; type: 'byte'
  -- (0..255), 'float', 'double' (0..1).
  function image.load(name, depth, kind) return read(image, name, open(name), depth, kind) end
  function image.loadPNG(name, depth, kind) return read(image, name, open(name), depth, kind, 'PNG') end
  function image.loadJPG(name, depth, kind) return read(image, name, open(name), depth, kind, 'JPEG') end
  function image.loadPPM(name, depth, kind) return read(image, name, open(name), depth, kind, 'Netpbm') end
  image.loadPGM = image.loadPPM

  -- The same from a ByteTensor that holds a file.
  function image.decompress(tensor, depth, kind) return read(image, 'picture', bytes_of(tensor), depth, kind) end
  function image.decompressPNG(tensor, depth, kind)
    return read(image, 'picture', bytes_of(tensor), depth, kind, 'PNG')
  end
  function image.decompressJPG(tensor, depth, kind)
    return read(image, 'picture', bytes_of(tensor), depth, kind, 'JPEG')
  end

  -- Channels, height and width of a picture file, as a LongTensor; only the header is decoded.
  function image.getSize(name)
    local channels, height, width = size_of(name, open(name))
    return torch.LongTensor {channels, height, width}
  end

  -- The same as three numbers, for files of one format.
  for kind, format in pairs {PNG = 'PNG', JPG = 'JPEG', PPM = 'Netpbm'} do
    image['get' .. kind .. 'size'] = function(name) return size_of(name, open(name), format) end
  end
end
