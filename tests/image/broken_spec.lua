-- Files that are missing, empty, cut off, damaged or something else: one clear line that names the file.
local pictures = require 'image.pictures'
require 'image'

local function refused(bytes, text)
  pictures.with_file(bytes, function(name)
    local ok, why = pcall(image.load, name, 3)
    assert.is_false(ok)
    assert.is_truthy(why:find(name, 1, true), why)
    assert.matches(text, why)
    assert.is_nil(why:find '\n')
  end)
end

describe('a broken picture', function()
  local png = pictures.png {width = 4, height = 4, bits = 8, color = 2, pixel = function(x, y) return x, y, 9 end}
  local jpeg = pictures.jpeg {width = 64, height = 64, components = 3, block = function(x, y) return x, 9 * y, 128 end}

  it('raises one line that names the file', function()
    refused('', 'the file is empty')
    refused('this is text', 'no PNG, JPEG, PPM or PGM picture')
    refused('P', 'no PNG')
    refused('\255\216\255', 'broken JPEG header')
    refused('\137PNG\r\n\26\n', 'broken PNG header')
    refused('P6 2 2 255\nab', 'too short for the size it declares')
    refused('P2 1 1 9 12', 'above the declared maximum')
    refused('P5 0 4 255\n', 'broken header')
  end)

  it('may be no file at all', function()
    assert.error_matches(function() image.load('/nonexistent/x.png') end, '/nonexistent/x.png: No such file')
    assert.error_matches(function() image.load('.') end, '%.: Is a directory')
    assert.error_matches(function() image.load(7) end, 'file name expected, got number')
  end)

  it('is found out wherever it is cut off', function()
    for length = 8, #png - 1 do refused(png:sub(1, length), 'broken PNG') end
    for length = 4, #jpeg - 1 do refused(jpeg:sub(1, length), 'broken JPEG') end
  end)

  it('is found out when a byte of the data is wrong', function()
    local at = png:find 'IDAT' + 20
    refused(png:sub(1, at - 1) .. string.char(255 - png:byte(at)) .. png:sub(at + 1), 'broken PNG data')
  end)

  it('cannot make us reserve memory that the file does not justify', function()
    local function declared(size)
      return '\137PNG\r\n\26\n' .. pictures.chunk('IHDR', size .. '\8\2\0\0\0') .. pictures.chunk('IDAT', '')
    end
    refused(declared('\3\232\0\0\3\232\0\0'), 'broken PNG header') -- 65 million squared
    refused(declared('\0\1\95\144\0\1\95\144'), 'too short for the size it declares') -- 90000 squared
    local small = pictures.jpeg {width = 8, height = 8, components = 3, block = function() return 1, 2, 3 end}
    refused((small:gsub('\8%z\8%z\8\3', '\8\255\200\255\200\3')), 'too short for the size it declares')
    refused('P6 2000000000 2000000000 255\nabc', 'too short for the size it declares')
    refused('P6 99999999999999999999 1 255\nabc', 'broken header')
  end)
end)
