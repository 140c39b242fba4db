-- Reading pictures: every kind of PNG, JPEG and PNM, depths and types.
local pictures = require 'image.pictures'
require 'image'

local function load(bytes, depth, kind)
  local picture
  pictures.with_file(bytes, function(name) picture = image.load(name, depth, kind) end)
  return picture
end

-- The picture's bytes as nested lists [channel][y][x].
local function levels(bytes)
  local t, list = load(bytes, nil, 'byte'), {}
  for c = 1, t:size(1) do
    list[c] = {}
    for y = 1, t:size(2) do
      list[c][y] = {}
      for x = 1, t:size(3) do list[c][y][x] = t[c][y][x] end
    end
  end
  return list
end

describe('PNG', function()
  it('gray comes as one channel, fewer than 8 bits stretched', function()
    for _, bits in ipairs {1, 2, 4, 8} do
      local most = 2 ^ bits - 1
      local bytes = pictures.png {
        width = 5, height = 2, bits = bits, color = 0, pixel = function(x, y) return (x + y) % (most + 1) end,
      }
      local got = levels(bytes)
      assert.equal(1, #got)
      for y = 0, 1 do
        for x = 0, 4 do assert.equal((x + y) % (most + 1) * 255 / most, got[1][y + 1][x + 1]) end
      end
    end
  end)

  it('gray and alpha, RGB, and RGB with alpha keep their channels', function()
    for color, channels in pairs {[4] = 2, [2] = 3, [6] = 4} do
      for _, interlaced in ipairs {false, true} do
        local bytes = pictures.png {
          width = 11, height = 9, bits = 8, color = color, interlaced = interlaced,
          pixel = function(x, y)
            local samples = {}
            for c = 1, channels do samples[c] = 20 * x + y + 3 * c end
            return unpack(samples)
          end,
        }
        local got = levels(bytes)
        assert.equal(channels, #got)
        for c = 1, channels do
          for y = 0, 8 do
            for x = 0, 10 do assert.equal(20 * x + y + 3 * c, got[c][y + 1][x + 1]) end
          end
        end
      end
    end
  end)

  it('16 bits are kept in floats and doubles, halved to 8 in bytes', function()
    local bytes = pictures.png {
      width = 2, height = 1, bits = 16, color = 2,
      pixel = function(x) if x == 0 then return 65535, 0, 16383 else return 0, 32767, 258 end end,
    }
    assert.same({{{255, 0}}, {{0, 127}}, {{63, 1}}}, levels(bytes))
    local t = load(bytes)
    assert.equal('torch.DoubleTensor', t:type())
    assert.equal(32767 * (1 / 65535), t[2][1][2])
    assert.near(258 / 65535, load(bytes, 3, 'float')[3][1][2], 1e-9)
  end)

  it('palettes become RGB, with alpha where the file has some', function()
    local o = {
      width = 3, height = 1, bits = 2, color = 3, palette = '\1\2\3\4\5\6\7\8\9', pixel = function(x) return 2 - x end,
    }
    assert.same({{{7, 4, 1}}, {{8, 5, 2}}, {{9, 6, 3}}}, levels(pictures.png(o)))
    o.transparency = '\0\128'
    assert.same({{{7, 4, 1}}, {{8, 5, 2}}, {{9, 6, 3}}, {{255, 128, 0}}}, levels(pictures.png(o)))
    assert.same({3, 1, 3}, load(pictures.png(o), 3):size():totable())
  end)

  it('may have damaged chunks of no consequence', function()
    local bytes = pictures.png {
      width = 1, height = 1, bits = 8, color = 0, pixel = function() return 7 end,
      extra = (pictures.chunk('tEXt', 'a\0b'):gsub('....$', 'oops')),
    }
    assert.same({{{7}}}, levels(bytes))
  end)
end)

describe('JPEG', function()
  local function blocks(...)
    local list = {...}
    return function(x) return unpack(list[x + 1]) end
  end
  -- Channels, and the three values of the first pixel, of one block.
  local function pixel(o)
    o.width, o.height = 8, 8
    local got = levels(pictures.jpeg(o))
    return {#got, got[1][1][1], got[2][1][1], got[3][1][1]}
  end

  it('gray comes as one channel', function()
    local got = levels(pictures.jpeg {width = 12, height = 3, components = 1, block = blocks({10}, {250})})
    assert.same({1, 10, 250}, {#got, got[1][3][8], got[1][1][9]})
  end)

  it('YCbCr and RGB come as RGB', function()
    assert.same({3, 240, 29, 100}, pixel {components = 3, block = blocks {100, 128, 228}})
    assert.same({3, 100, 128, 228}, pixel {components = 3, adobe = 0, block = blocks {100, 128, 228}})
  end)

  it('CMYK comes as RGB, inverted where Adobe\'s marker says so', function()
    assert.same({3, 204, 0, 160}, pixel {components = 4, block = blocks {0, 255, 55, 51}})
    assert.same({3, 204, 0, 160}, pixel {components = 4, adobe = 0, block = blocks {255, 0, 200, 204}})
  end)

  it('YCCK is CMYK behind the colour transform', function()
    assert.same({3, 155, 155, 155}, pixel {components = 4, adobe = 2, block = blocks {100, 128, 128, 255}})
  end)

  it('is not turned by EXIF', function()
    local o = {width = 16, height = 8, components = 1, block = blocks({0}, {200}), extra = pictures.exif_turned()}
    assert.same({1, 8, 16}, load(pictures.jpeg(o)):size():totable())
  end)
end)

describe('PNM', function()
  it('may be plain or binary, gray or colour, with comments and any maximum', function()
    assert.same({{{0, 51}, {255, 17}}}, levels('P2 # gray\n2 2\n# a comment\n15\n0 3\n15 1\n'))
    assert.same({{{1, 4}}, {{2, 5}}, {{3, 6}}}, levels('P3 2 1 255 1 2 3 4 5 6'))
    assert.same({{{10, 35}}}, levels('P5 2 1 255\n\10\35'))
    assert.same({{{10}}, {{32}}, {{9}}}, levels('P6\n1 1\n255\n\10\32\9'))
    assert.near(256 / 1023, load('P5 1 1 1023\n\1\0')[1][1][1], 1e-4)
  end)

  it('may not be a bitmap', function()
    assert.error_matches(function() load('P4\n8 1\n\255') end, 'unsupported magic number')
  end)
end)

describe('image.load', function()
  local rgb = pictures.png {
    width = 1, height = 1, bits = 8, color = 2, pixel = function() return 255, 51, 0 end,
  }
  local gray = pictures.png {width = 2, height = 1, bits = 8, color = 0, pixel = function(x) return 51 * x end}

  it('gives doubles by default, and other types on demand', function()
    assert.equal('torch.DoubleTensor', load(rgb):type())
    assert.equal('torch.FloatTensor', load(rgb, 3, 'float'):type())
    assert.equal(51 * (1 / 255), load(rgb)[2][1][1])
    assert.equal(51, load(rgb, 3, 'byte')[2][1][1])
    assert.error_matches(function() load(rgb, 3, 'int') end, "type is int, expected 'byte'")
  end)

  it('makes one or three channels', function()
    assert.near(.299 + .587 * .2, load(rgb, 1)[1][1], 1e-12)
    assert.equal(2, load(rgb, 1):dim()) -- as in Torch, which keeps the dimension of a channel that is there
    assert.equal(3, load(gray, 1):dim())
    local three = load(gray, 3)
    assert.same({3, 1, 2}, three:size():totable())
    assert.equal(three[1][1][2], three[3][1][2])
    assert.error_matches(function() load(gray, 2) end, 'depth is 2, expected 1, 3 or nil')
  end)

  it('reads files in memory, and sizes without the picture', function()
    local bytes = torch.ByteTensor {rgb:byte(1, -1)}
    assert.equal(1, image.decompress(bytes)[1][1][1])
    assert.equal(1, image.decompressPNG(bytes, 3)[1][1][1])
    assert.error_matches(function() image.decompressJPG(bytes) end, 'no JPEG picture')
    assert.error_matches(function() image.decompress(torch.DoubleTensor(4)) end, 'ByteTensor .*got torch.DoubleTensor')
    pictures.with_file(gray, function(name) assert.same({1, 1, 2}, image.getSize(name):totable()) end)
  end)

  it('has sisters that take one format', function()
    pictures.with_file(rgb, function(name)
      assert.equal(1, image.loadPNG(name, 3)[1][1][1])
      assert.error_matches(function() image.loadJPG(name) end, name .. ': no JPEG picture')
    end)
    pictures.with_file('P5 1 1 255\n\255', function(name) assert.equal(1, image.loadPGM(name)[1][1][1]) end)
  end)
end)
