-- Writing pictures: what goes in comes out, and what happens when it cannot be written.
local ffi = require 'ffi'
local files = require 'pen.file'
require 'image'

ffi.cdef 'int symlink(const char *target, const char *name);'

-- Calls body with the name of a fresh empty folder, which is removed afterwards.
local function in_folder(body)
  local folder = os.tmpname()
  os.remove(folder)
  os.execute('mkdir ' .. folder)
  local ok, why = pcall(body, folder)
  os.execute('rm -r ' .. folder)
  if not ok then error(why, 0) end
end

local function entries(folder)
  local pipe, list = io.popen('ls -A ' .. folder), {}
  for name in pipe:lines() do list[#list + 1] = name end
  pipe:close()
  return list
end

-- Bytes that change from pixel to pixel, as a ByteTensor.
local function bytes(channels, height, width)
  local t = channels and torch.ByteTensor(channels, height, width) or torch.ByteTensor(height, width)
  local n = 0
  t:apply(function()
    n = n + 37
    return n % 256
  end)
  return t
end

local function difference(a, b) return (a:double() - b:double()):abs():max() end

describe('image.save', function()
  it('keeps bytes in PNG, with 1 to 4 channels, and HxW, contiguous or not', function()
    in_folder(function(folder)
      for _, channels in ipairs {1, 2, 3, 4, false} do
        local t = bytes(channels, 5, 7)
        for _, picture in ipairs {t, t:transpose(t:dim() - 1, t:dim())} do
          image.save(folder .. '/a.png', picture)
          local got = image.load(folder .. '/a.png', nil, 'byte')
          if not channels then got = got[1] end
          assert.same(picture:size():totable(), got:size():totable())
          assert.equal(0, difference(picture, got))
        end
      end
      assert.same({'a.png'}, entries(folder))
    end)
  end)

  it('keeps bytes in PPM and PGM', function()
    in_folder(function(folder)
      image.save(folder .. '/a.ppm', bytes(3, 4, 3))
      assert.equal(0, difference(bytes(3, 4, 3), image.load(folder .. '/a.ppm', nil, 'byte')))
      image.save(folder .. '/a.pgm', bytes(1, 4, 3))
      assert.equal(0, difference(bytes(1, 4, 3), image.load(folder .. '/a.pgm', nil, 'byte')))
      image.save(folder .. '/gray.ppm', bytes(false, 4, 3))
      assert.same({3, 4, 3}, image.load(folder .. '/gray.ppm'):size():totable())
    end)
  end)

  it('clamps and drops fractions, in double precision whatever the type', function()
    local levels = torch.DoubleTensor(1, 256)
    for i = 0, 255 do levels[1][i + 1] = i * (1 / 255) end
    local function written(t) return image.decompress(image.compressPNG(t), nil, 'byte')[1] end
    local lost, kept = written(levels), written(levels:float())
    local count = 0
    for i = 0, 255 do
      if lost[1][i + 1] ~= i then count = count + 1 end
      assert.equal(i, kept[1][i + 1])
    end
    assert.equal(24, count) -- as the original: 33 * (1 / 255) * 255 is below 33
    local odd = torch.DoubleTensor {{-1, 2, 0 / 0, 0.9999}}
    local got = written(odd)
    assert.same({0, 255, 0, 254}, {got[1][1], got[1][2], got[1][3], got[1][4]})
  end)

  it('takes tensors of other types', function()
    local int = torch.IntTensor(1, 2, 2):fill(1)
    assert.equal(255, image.decompress(image.compressPNG(int), nil, 'byte')[1][1][1])
  end)

  it('writes JPEG at quality 75 with halved colour', function()
    in_folder(function(folder)
      local t = torch.DoubleTensor(3, 32, 48)
      for y = 1, 32 do
        for x = 1, 48 do t[1][y][x], t[2][y][x], t[3][y][x] = x / 48, y / 32, 0.5 end
      end
      image.save(folder .. '/a.jpg', t)
      image.saveJPG(folder .. '/b.jpeg', t, 100)
      local file = files.read(folder .. '/a.jpg')
      local height, width, components, sampling = file:match('\255\192%z\17\8(..)(..)(.)\1(.)')
      assert.same({'\0\32', '\0\48', '\3', '\34'}, {height, width, components, sampling}) -- \34 = 0x22: 2x2
      -- The first entry of the luminance table is 16, and quality 75 halves the tables.
      assert.equal('\8', file:match('\255\219%z.%z(.)'))
      local coarse, fine = image.load(folder .. '/a.jpg'), image.load(folder .. '/b.jpeg')
      assert.is_true(difference(coarse, t) < 0.06)
      assert.is_true(difference(fine, t) < 0.03)
      assert.is_true(#files.read(folder .. '/b.jpeg') > #file)
      image.save(folder .. '/gray.jpg', t[1])
      assert.same({1, 32, 48}, image.load(folder .. '/gray.jpg'):size():totable())
    end)
  end)

  it('says what is wrong with names and tensors', function()
    local t = bytes(3, 2, 2)
    assert.error_matches(function() image.save('a.tiff', t) end, 'a.tiff: pictures are saved as')
    assert.error_matches(function() image.save('a', t) end, 'a: pictures are saved as')
    assert.error_matches(function() image.save('a.jpg', bytes(4, 2, 2)) end, 'is 4x2x2; HxW or CxHxW with C of 1, 3')
    assert.error_matches(function() image.save('a.png', torch.ByteTensor(5)) end, 'with C of 1, 2, 3, 4')
    assert.error_matches(function() image.save('a.png', 'picture') end, 'a tensor expected, got string')
    assert.error_matches(function() image.compressJPG(t, 101) end, 'quality is 101, expected 1 to 100')
  end)
end)

describe('a failed save', function()
  it('names the file and leaves nothing behind', function()
    in_folder(function(folder)
      local t = bytes(3, 2, 2)
      assert.error_matches(function() image.save(folder .. '/none/a.png', t) end, '/none/a.png: No such file')
      image.save(folder .. '/a.png', t)
      assert.error_matches(function() image.save(folder .. '/a.png/b.png', t) end, '/a.png/b.png: Not a directory')
      os.execute('mkdir ' .. folder .. '/taken.png')
      assert.error_matches(function() image.save(folder .. '/taken.png', t) end, '/taken.png: Is a directory')
      assert.same({'a.png', 'taken.png'}, entries(folder))
    end)
  end)

  it('on a full disk keeps the old file', function()
    in_folder(function(folder)
      local name = folder .. '/a.png'
      image.save(name, bytes(1, 2, 2))
      assert.equal(0, ffi.C.symlink('/dev/full', files.temporary(name)))
      for _, size in ipairs {2, 200} do -- smaller and larger than what the C library buffers
        ffi.C.symlink('/dev/full', files.temporary(name))
        assert.error_matches(function() image.save(name, bytes(3, size, size)) end, 'a.png: No space left on device')
      end
      assert.equal(0, difference(bytes(1, 2, 2), image.load(name, nil, 'byte')))
      assert.same({'a.png'}, entries(folder))
    end)
  end)
end)
