-- hdf5: files come back as they were written, hold the elements as C would, and say what is wrong with them.
local helper = require 'helper'
require 'torch'
local ok, hdf5 = pcall(require, 'hdf5')

local function same(expected, got)
  assert.equal(expected:type(), got:type())
  assert.same(expected:size():totable(), got:size():totable())
  assert.equal(0, (expected:double() - got:double()):abs():max())
end

describe('hdf5', function()
  if not ok then
    it('needs libhdf5', function() pending(tostring(hdf5)) end)
    return
  end
  local name
  before_each(function() name = os.tmpname() end)
  after_each(function() os.remove(name) end)

  it('keeps types, shapes and values, of strided tensors too', function()
    local written = {}
    for i, kind in ipairs {'Byte', 'Char', 'Short', 'Int', 'Long', 'Float', 'Double'} do
      local t = torch[kind .. 'Tensor'](3, 4, 2)
      for j = 1, 24 do t:view(-1)[j] = i + j - (kind == 'Byte' and 0 or 9) end
      written[kind] = i % 2 == 0 and t:transpose(1, 3) or t
    end
    local file = hdf5.open(name, 'w')
    for kind, t in pairs(written) do file:write('/types/' .. kind, t) end
    file:close()
    file = hdf5.open(name, 'r')
    for kind, t in pairs(written) do same(t, file:read('types/' .. kind):all()) end
    assert.same({2, 4, 3}, file:read('/types/Char'):dataspaceSize())
    file:close()
  end)

  it('holds the elements as they lie in memory, behind the signature of the format', function()
    local file = hdf5.open(name, 'w')
    file:write('x', torch.ByteTensor {80, 69, 78, 84, 73, 77, 69, 78, 84, 79})
    file:write('y', torch.DoubleTensor {1, -2})
    file:close()
    local bytes = helper.read(name)
    assert.equal('\137HDF\r\n\26\n', bytes:sub(1, 8))
    assert.truthy(bytes:find('PENTIMENTO', 1, true))
    assert.truthy(bytes:find(('\0'):rep(6) .. '\240\63' .. ('\0'):rep(7) .. '\192', 1, true))
  end)

  it('makes groups of tables, and tables of groups', function()
    local data = {a = torch.FloatTensor {1, 2}, b = {c = torch.IntTensor {{3}}, d = {}}, [1] = torch.ones(2)}
    local file = hdf5.open(name, 'w')
    file:write('/', data)
    file:write('/b/e/f', torch.zeros(1))
    local all = file:all()
    same(data.a, all.a)
    same(data.b.c, all.b.c)
    same(data[1], all['1'])
    same(torch.zeros(1), all.b.e.f)
    assert.same({}, all.b.d)
    assert.same({'c', 'd', 'e'}, file:read('b'):names())
    same(data.b.c, file:read('b'):read('c'):all())
    file:close()
  end)

  it('reads ranges', function()
    local t = torch.range(1, 60):view(3, 4, 5)
    local file = hdf5.open(name, 'w')
    file:write('t', t)
    same(t[{{2, 3}, {1, 2}, {4, 4}}]:clone(), file:read('t'):partial({2, 3}, {1, 2}, {4, 4}))
    same(t, file:read('t'):partial({1, 3}, {1, 4}, {1, 5}))
    helper.fails('/t has 3 dimensions, 1 ranges are given', function() file:read('t'):partial({1, 2}) end)
    helper.fails('range 2 to 4 of dimension 1, which has 3', function()
      file:read('t'):partial({2, 4}, {1, 1}, {1, 1})
    end)
    file:close()
  end)

  it('opens in the modes of Torch', function()
    hdf5.open(name, 'w'):close()
    helper.fails('is there already', hdf5.open, name, 'w-')
    local file = hdf5.open(name)
    file:write('one', torch.ones(1))
    file:close()
    file = hdf5.open(name, 'r+')
    file:write('two', torch.ones(2))
    helper.fails('/two is in', file.write, file, 'two', torch.ones(2))
    assert.equal(name, file:filename())
    file:close()
    helper.fails('is closed', file.all, file)
    file = hdf5.open(name, 'r')
    assert.same({'one', 'two'}, file:read():names())
    helper.fails('is open for reading only', file.write, file, 'x', torch.ones(1))
    file:close()
    os.remove(name)
    hdf5.open(name, 'a'):close()
  end)

  it('says what is wrong', function()
    helper.fails('/nonexistent/x.h5: No such file', hdf5.open, '/nonexistent/x.h5', 'r')
    helper.fails('/nonexistent/x.h5: cannot be created', hdf5.open, '/nonexistent/x.h5', 'w')
    helper.fails('is no HDF5 file', hdf5.open, name, 'r')
    helper.fails("mode 'x' is none of", hdf5.open, name, 'x')
    local file = hdf5.open(name, 'w')
    helper.fails('there is no /a in ' .. name, file.read, file, 'a/b')
    helper.fails('a tensor or a table of them expected, got string', file.write, file, 'x', 'text')
    helper.fails('an empty tensor cannot be written', file.write, file, 'x', torch.Tensor())
    helper.fails('a torch.HalfTensor cannot be written', file.write, file, 'x', torch.HalfTensor(2))
    file:close()
  end)

  it('names the package when there is no library', function()
    local pipe = io.popen("PENTIMENTO_HDF5=/nonexistent.so scripts/th -e 'require \"hdf5\"' 2>&1")
    local text = pipe:read('*a')
    pipe:close()
    assert.matches('the HDF5 library is missing; install the package libhdf5%-dev', text)
  end)
end)
