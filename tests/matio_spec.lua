-- matio: files put together here, byte by byte, as the format's description says.
local ffi = require 'ffi'
local matio = require 'matio'

local function word(value) return ffi.string(ffi.new('uint32_t[1]', value), 4) end

local function element(kind, data) return word(kind) .. word(#data) .. data .. ('\0'):rep(-#data % 8) end

local function small(kind, data) return word(kind + 65536 * #data) .. data .. ('\0'):rep(-#data % 4) end

local function array(kind, values)
  return ffi.string(ffi.new(kind .. '[?]', #values, values), #values * ffi.sizeof(kind))
end

local function matrix(name, class, sizes, data)
  local named = #name <= 4 and small(1, name) or element(1, name)
  return element(14, element(6, word(class) .. word(0)) .. element(5, array('int32_t', sizes)) .. named .. data)
end

local function save(body, header)
  local path = os.tmpname()
  local file = assert(io.open(path, 'wb'))
  file:write(header or (('MATLAB 5.0 MAT-file'):sub(1, 124) .. (' '):rep(105) .. '\0\1IM'), body)
  file:close()
  return path
end

local function load(body, header)
  local path = save(body, header)
  local ok, result = pcall(matio.load, path)
  os.remove(path)
  return ok, result
end

describe('matio', function()
  it('reads arrays of all kinds, the first dimension fastest', function()
    local numbers = {}
    for i = 1, 24 do numbers[i] = i / 2 end
    local ok, all = load(matrix('cube', 6, {2, 3, 4}, element(9, array('double', numbers))) ..
      matrix('a_long_name', 7, {1, 2}, element(7, array('float', {0.5, -1}))) ..
      matrix('b', 6, {1, 3}, small(2, '\1\2\255')) .. matrix('i', 12, {2, 1}, element(5, array('int32_t', {-7, 9}))) ..
      matrix('t', 4, {1, 2}, small(4, 'h\0i\0')) .. matrix('s', 2, {1, 1}, element(5, 'left out')))
    assert.is_true(ok, all)
    assert.same({2, 3, 4}, all.cube:size():totable())
    for i = 0, 23 do
      assert.equal((i + 1) / 2, all.cube[i % 2 + 1][math.floor(i / 2) % 3 + 1][math.floor(i / 6) + 1])
    end
    assert.equal('torch.FloatTensor', all.a_long_name:type())
    assert.same({{0.5, -1}}, all.a_long_name:totable())
    assert.same({{1, 2, 255}}, all.b:totable())
    assert.equal('torch.IntTensor', all.i:type())
    assert.same({{-7}, {9}}, all.i:totable())
    assert.equal('hi', all.t)
    assert.is_nil(all.s)
  end)

  it('reads compressed arrays', function() -- made by another program's zlib
    local hex = '78dae36360604800623620e680d220c00ae53303311310330259cec141' ..
      '0c9c40b601030c7cb087321c201407941682d222505ac20100c3f6046f'
    local bytes = hex:gsub('%x%x', function(pair) return string.char(tonumber(pair, 16)) end)
    local path = save(word(15) .. word(#bytes) .. bytes)
    assert.same({{1, 4.5}, {2, 5}, {3, 6}}, matio.load(path, 'CSR'):totable())
    os.remove(path)
  end)

  it('reads what it has written', function()
    local path = os.tmpname()
    local cube = torch.range(1, 24):view(2, 3, 4):transpose(1, 3)
    local all = {name_of_some_length = cube, v = torch.FloatTensor {1.5, -2}}
    for i, kind in ipairs {'Byte', 'Char', 'Short', 'Int', 'Long'} do
      all['k' .. i] = torch[kind .. 'Tensor'] {{1, 2, 3}, {4, 5, 127}}
    end
    matio.save(path, all)
    local read = matio.load(path)
    for name, tensor in pairs(all) do
      assert.equal(tensor:type(), read[name]:type())
      assert.same((tensor:dim() == 1 and tensor:view(2, 1) or tensor):totable(), read[name]:totable())
      read[name] = nil
    end
    assert.is_nil(next(read))
    matio.save(path, torch.rand(2, 2))
    assert.same({2, 2}, matio.load(path, 'x'):size():totable())
    matio.save(path, torch.Tensor())
    assert.equal(0, matio.load(path, 'x'):nElement())
    os.remove(path)
  end)

  it('refuses what it cannot write, and leaves the file as it was', function()
    local path = os.tmpname()
    matio.save(path, torch.ones(1, 2))
    assert.error_matches(function() matio.save(path, {a = torch.rand(2), x = 'text'}) end,
      'matio: ' .. path .. ': x is no tensor of the host: string', nil, true)
    assert.same({{1, 1}}, matio.load(path, 'x'):totable())
    os.remove(path)
    assert.error_matches(function() matio.save('/no/folder.mat', torch.rand(2)) end, 'matio: /no/folder.mat: No such')
  end)

  it('refuses what it cannot read', function()
    local good = matrix('x', 6, {1, 1}, element(9, array('double', {1})))
    assert.is_false((load(good, ('HDF'):rep(50):sub(1, 128))))
    assert.is_false((load(good, 'MATLAB 7.3' .. (' '):rep(114) .. '\0\2IM')))
    assert.is_false((load(good:sub(1, -5))))
    assert.is_false((load(matrix('x', 6, {1, 2}, element(9, array('double', {1}))))))
    assert.is_false((load(element(15, 'no zlib data'))))
    assert.is_false((pcall(matio.load, '/none.mat')))
  end)
end)
