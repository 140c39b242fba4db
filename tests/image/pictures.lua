-- Makes small PNG and JPEG files byte by byte, of kinds that our own writers do not write.
local bit = require 'bit'

local M = {}

local function u16(n) return string.char(bit.rshift(n, 8), bit.band(n, 255)) end
local function u32(n) return u16(bit.rshift(n, 16)) .. u16(bit.band(n, 65535)) end

-- ---- PNG ----

local crc_table = {}
for n = 0, 255 do
  local c = n
  for _ = 1, 8 do c = bit.band(c, 1) == 1 and bit.bxor(0xedb88320, bit.rshift(c, 1)) or bit.rshift(c, 1) end
  crc_table[n] = c
end

local function crc(bytes)
  local c = -1
  for i = 1, #bytes do c = bit.bxor(crc_table[bit.band(bit.bxor(c, bytes:byte(i)), 255)], bit.rshift(c, 8)) end
  return bit.bnot(c)
end

function M.chunk(name, bytes) return u32(#bytes) .. name .. bytes .. u32(crc(name .. bytes)) end

-- A zlib stream of one stored block; fewer than 65536 bytes.
local function stored(bytes)
  local a, b = 1, 0
  for i = 1, #bytes do
    a = (a + bytes:byte(i)) % 65521
    b = (b + a) % 65521
  end
  local n = #bytes
  return '\120\1\1' .. string.char(n % 256, math.floor(n / 256), 255 - n % 256, 255 - math.floor(n / 256)) .. bytes
    .. u16(b) .. u16(a)
end

-- One row of samples, packed at 1, 2, 4, 8 or 16 bits, behind its filter byte.
local function packed(samples, bits)
  local out, held, count = {'\0'}, 0, 0
  for _, sample in ipairs(samples) do
    if bits == 16 then out[#out + 1] = u16(sample)
    else
      held, count = held * 2 ^ bits + sample, count + bits
      if count == 8 then
        out[#out + 1] = string.char(held)
        held, count = 0, 0
      end
    end
  end
  if count > 0 then out[#out + 1] = string.char(held * 2 ^ (8 - count)) end
  return table.concat(out)
end

-- x and y of the first pixel, and steps, of Adam7's seven passes.
local adam7 = {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}

-- o: width, height, bits, color (PNG's colour type), pixel(x, y) -> samples; palette, transparency: chunks' bytes;
-- interlaced; extra: bytes of chunks to put before the data.
function M.png(o)
  local rows = {}
  for _, pass in ipairs(o.interlaced and adam7 or {{0, 0, 1, 1}}) do
    for y = pass[2], o.height - 1, pass[4] do
      local samples = {}
      for x = pass[1], o.width - 1, pass[3] do
        for _, sample in ipairs {o.pixel(x, y)} do samples[#samples + 1] = sample end
      end
      if #samples > 0 then rows[#rows + 1] = packed(samples, o.bits) end
    end
  end
  return '\137PNG\r\n\26\n'
    .. M.chunk('IHDR', u32(o.width) .. u32(o.height) .. string.char(o.bits, o.color, 0, 0, o.interlaced and 1 or 0))
    .. (o.palette and M.chunk('PLTE', o.palette) or '') .. (o.transparency and M.chunk('tRNS', o.transparency) or '')
    .. (o.extra or '') .. M.chunk('IDAT', stored(table.concat(rows))) .. M.chunk('IEND', '')
end

-- ---- JPEG ----

local function marker(code, bytes) return '\255' .. string.char(code) .. u16(#bytes + 2) .. bytes end

-- Entropy-coded data of blocks whose only coefficient is the first: four-bit codes 0000..1011 for the categories of
-- differences, one-bit code 0 for the end of a block.
local function entropy(o)
  local held, count, out, last = 0, 0, {}, {}
  local function put(value, bits)
    for i = bits - 1, 0, -1 do
      held, count = held * 2 + math.floor(value / 2 ^ i) % 2, count + 1
      if count == 8 then
        out[#out + 1] = held == 255 and '\255\0' or string.char(held)
        held, count = 0, 0
      end
    end
  end
  for y = 0, math.ceil(o.height / 8) - 1 do
    for x = 0, math.ceil(o.width / 8) - 1 do
      for c, value in ipairs {o.block(x, y)} do
        local level = value - 128
        local difference, category = level - (last[c] or 0), 0
        last[c] = level
        while math.abs(difference) >= 2 ^ category do category = category + 1 end
        put(category, 4)
        put(difference >= 0 and difference or difference + 2 ^ category - 1, category)
        put(0, 1)
      end
    end
  end
  while count > 0 do put(1, 1) end
  return table.concat(out)
end

-- o: width, height, components; block(x, y) -> the level of each component in that 8x8 block, kept exactly; adobe:
-- colour transform of an Adobe marker; extra: bytes of markers to put first.
function M.jpeg(o)
  local frame, scan = {}, {}
  for c = 1, o.components do
    frame[c] = string.char(c, 0x11, 0)
    scan[c] = string.char(c, 0)
  end
  return '\255\216' .. (o.extra or '')
    .. (o.adobe and marker(0xee, 'Adobe\0\100\0\0\0\0' .. string.char(o.adobe)) or '')
    .. marker(0xdb, '\0' .. ('\8'):rep(64))
    .. marker(0xc0, '\8' .. u16(o.height) .. u16(o.width) .. string.char(o.components) .. table.concat(frame))
    .. marker(0xc4, '\0' .. '\0\0\0\12' .. ('\0'):rep(12) .. '\0\1\2\3\4\5\6\7\8\9\10\11')
    .. marker(0xc4, '\16' .. '\1' .. ('\0'):rep(15) .. '\0')
    .. marker(0xda, string.char(o.components) .. table.concat(scan) .. '\0\63\0') .. entropy(o) .. '\255\217'
end

-- An EXIF block that says: turn by a quarter (orientation 6).
function M.exif_turned()
  return marker(0xe1, 'Exif\0\0MM\0*\0\0\0\8\0\1\1\18\0\3\0\0\0\1\0\6\0\0\0\0\0\0')
end

-- ---- files ----

-- Writes bytes under a fresh name and calls body(name); the file is gone afterwards, whatever happens.
function M.with_file(bytes, body)
  local name = os.tmpname()
  local file = assert(io.open(name, 'wb'))
  file:write(bytes)
  file:close()
  local ok, why = pcall(body, name)
  os.remove(name)
  if not ok then error(why, 0) end
end

return M
