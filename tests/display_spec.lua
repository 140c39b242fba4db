-- display: windows as files where a folder is named, and nothing otherwise.
local display = require 'display'
local ffi = require 'ffi'
ffi.cdef 'int setenv(const char *name, const char *value, int overwrite); int unsetenv(const char *name);'

describe('display', function()
  it('keeps nothing without a folder, and names windows', function()
    display.configure {port = 8000}
    local first, second = display.image(torch.rand(3, 4, 4)), display.plot({{1, 2}})
    assert.are_not.equal(first, second)
    assert.equal(7, display.image(torch.rand(3, 4, 4), {win = 7}))
  end)

  it('writes pictures and curves into the folder', function()
    local pipe = io.popen('mktemp -d')
    local folder = pipe:read('*l')
    pipe:close()
    ffi.C.setenv('PENTIMENTO_DISPLAY', folder, 1)
    local picture = torch.Tensor(3, 4, 5):apply(function() return torch.random(0, 255) / 255 end)
    picture[1][1][1], picture[1][1][2] = 0, 1
    display.image(picture, {win = 1})
    display.image({picture, picture}, {win = 2})
    display.plot({{1, 0.5}, {2, 0.25}}, {win = 'loss/it', labels = {'it', 'loss'}})
    assert.equal('dream', image.display {image = picture, win = 'dream', min = 0, max = 1})
    assert.equal('string', type(image.display(picture)))
    ffi.C.unsetenv('PENTIMENTO_DISPLAY')
    local shown = require('image').load(folder .. '/1.png')
    assert.is_true((shown:narrow(2, 1, 4):narrow(3, 1, 5) - picture):abs():max() < 2.5 / 255)
    assert.is_true(io.open(folder .. '/2.png') ~= nil)
    assert.is_true(io.open(folder .. '/dream.png') ~= nil)
    local file = assert(io.open(folder .. '/loss_it.csv'))
    assert.equal('it,loss\n1,0.5\n2,0.25\n', file:read('*a'))
    file:close()
    os.execute('rm -r ' .. folder)
  end)
end)
