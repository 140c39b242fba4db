-- models/download_models.sh, copied into a folder of its own with a small list, downloading by file:// only.
local pen = require 'pen.ffi'

-- 26 bytes and their MD5.
local TEXT, MD5 = 'abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'

local function write(path, text)
  local file = assert(io.open(path, 'wb'))
  file:write(text)
  file:close()
end

local function read(path)
  local file = io.open(path, 'rb')
  if not file then return nil end
  local text = file:read('*a')
  file:close()
  return text
end

describe('models/download_models.sh', function()
  local folder

  -- The list as it is checked: one file "net" from the folder's source/.
  local function list(bytes, md5, text)
    local line = ('# comment\nnet %s %s %s file://%s/source/net\n'):format(bytes, md5, text, folder)
    write(folder .. '/checksums.txt', line)
  end

  -- Runs the copy in the temporary folder, from another directory. Returns exit code and all output.
  local function run(environment, arguments)
    local log = folder .. '/log'
    -- Not with a sanitizer preloaded for the library under test: curl hangs with it.
    local status = os.execute(('cd / && env -u LD_PRELOAD %s %s/download_models.sh %s >%s 2>&1')
      :format(environment or '', folder, arguments or '', log))
    return status >= 256 and status / 256 or status, read(log)
  end

  before_each(function()
    folder = os.tmpname()
    os.remove(folder)
    local command = 'mkdir -p %s/source && cp %smodels/download_models.sh %s'
    assert(os.execute(command:format(folder, pen.root, folder)) == 0)
    write(folder .. '/source/net', TEXT)
    list(26, MD5, '-')
  end)
  after_each(function() os.execute('rm -rf ' .. folder) end)

  it('downloads a file and says so', function()
    local status, log = run()
    assert.are.equal(0, status, log)
    assert.are.equal(TEXT, read(folder .. '/net'))
    assert.truthy(log:find('net: done', 1, true), log)
    assert.is_nil(read(folder .. '/net.part'))
  end)

  it('does nothing the second time, even without a source', function()
    run()
    os.remove(folder .. '/source/net')
    local status, log = run()
    assert.are.equal(0, status, log)
    assert.truthy(log:find('already there', 1, true), log)
    assert.are.equal(TEXT, read(folder .. '/net'))
  end)

  it('goes on where a download stopped', function()
    -- Only the part that is missing can be right in this source: taken from the start it would fail the checksum.
    write(folder .. '/net.part', TEXT:sub(1, 10))
    write(folder .. '/source/net', ('?'):rep(10) .. TEXT:sub(11))
    local status, log = run()
    assert.are.equal(0, status, log)
    assert.are.equal(TEXT, read(folder .. '/net'))
  end)

  it('takes a complete partial file as it is', function()
    write(folder .. '/net.part', TEXT)
    os.remove(folder .. '/source/net')
    local status, log = run()
    assert.are.equal(0, status, log)
    assert.are.equal(TEXT, read(folder .. '/net'))
  end)

  local function refuses(name, prepare, ...)
    local patterns = {...}
    it('refuses ' .. name, function()
      prepare()
      local status, log = run()
      assert.are.equal(1, status, log)
      for _, pattern in ipairs(patterns) do assert.truthy(log:find(pattern, 1, true), log) end
      assert.is_nil(read(folder .. '/net'))
    end)
  end

  refuses('a file of the wrong size', function() write(folder .. '/source/net', TEXT .. 'more') end,
    '30 bytes instead of 26', 'deleted')
  refuses('a file that is too short', function() write(folder .. '/source/net', 'Not found') end, '9 bytes')
  refuses('a file with the wrong checksum', function() write(folder .. '/source/net', TEXT:upper()) end, 'MD5', MD5)
  refuses('a partial file of something else', function() write(folder .. '/net.part', 'HELLO') end, 'MD5')
  refuses('a file without the text', function() list('-', '-', 'ABC') end, 'does not hold the text ABC')
  refuses('a missing source', function() os.remove(folder .. '/source/net') end, 'cannot download', 'PENTIMENTO_MIRROR')

  it('starts afresh after a refusal', function()
    write(folder .. '/net.part', 'HELLO')
    run()
    local status, log = run()
    assert.are.equal(0, status, log)
    assert.are.equal(TEXT, read(folder .. '/net'))
  end)

  it('moves a wrong file out of the way', function()
    write(folder .. '/net', 'half a download')
    local status, log = run()
    assert.are.equal(0, status, log)
    assert.are.equal(TEXT, read(folder .. '/net'))
    assert.are.equal('half a download', read(folder .. '/net.wrong'))
  end)

  it('takes another source, and its own list refuses what is not VGG-19', function()
    os.execute(('cp %smodels/checksums.txt %s'):format(pen.root, folder))
    local proto, net = 'VGG_ILSVRC_19_layers_deploy.prototxt', 'VGG_ILSVRC_19_layers.caffemodel'
    write(folder .. '/source/' .. proto, 'name: "VGG_ILSVRC_19_layers"\n')
    write(folder .. '/source/' .. net, TEXT)
    local status, log = run(('PENTIMENTO_MIRROR=file://%s/source'):format(folder))
    assert.are.equal(1, status, log)
    assert.truthy(log:find('26 bytes instead of 574671192', 1, true), log)
    assert.truthy(read(folder .. '/' .. proto))
    assert.is_nil(read(folder .. '/' .. net))
  end)

  it('explains itself', function()
    local status, log = run('', '--help')
    assert.are.equal(0, status)
    assert.truthy(log:find('PENTIMENTO_MIRROR', 1, true), log)
    status, log = run('', '--fast')
    assert.are.equal(1, status)
    assert.truthy(log:find('--fast', 1, true), log)
  end)
end)
