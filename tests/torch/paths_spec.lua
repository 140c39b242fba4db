-- paths, xlua and sys: names, directories, string.split, clock and shell.
local paths = require 'paths'
local sys = require 'sys'
require 'xlua'

describe('paths', function()
  it('takes names apart', function()
    assert.equal('jpg', paths.extname('a/b.c.jpg'))
    assert.equal('b/c', paths.extname('a.b/c'))
    assert.equal('', paths.extname('a.'))
    assert.equal(0, select('#', paths.extname('abc')))
    for name, base in pairs {['a/b.jpg'] = 'b.jpg', ['b'] = 'b', ['a/b/'] = 'b', ['/'] = '/', ['a//b'] = 'b'} do
      assert.equal(base, paths.basename(name))
    end
    assert.equal('b', paths.basename('a/b.jpg', 'jpg'))
    assert.equal('b', paths.basename('a/b.jpg', '.jpg'))
    assert.equal('b.jpg', paths.basename('a/b.jpg', 'JPG'))
    assert.equal('bjpg', paths.basename('a/bjpg', 'jpg'))
    local directories = {
      ['out.png'] = '.', ['a/b/c.png'] = 'a/b', ['/x'] = '/', ['a/'] = '.', ['a//b'] = 'a', ['/'] = '/', ['a/b/'] = 'a',
      [''] = '.',
    }
    for name, directory in pairs(directories) do assert.equal(directory, paths.dirname(name)) end
  end)

  it('joins names from the working directory', function()
    local here = paths.cwd()
    assert.equal(here, paths.concat())
    assert.equal(here .. '/a/b', paths.concat('a', './b/'))
    assert.equal(here .. '/b', paths.concat('a', '../b'))
    assert.equal('/x/y', paths.concat('a', '/x', 'y'))
    assert.equal(here .. '/a/7', paths.concat('a', 7))
    assert.equal('/', paths.concat('/', '..'))
  end)

  it('makes, lists and removes directories', function()
    local root = os.tmpname()
    os.remove(root)
    local deep = root .. '/a/b'
    assert.is_false(paths.dirp(deep))
    assert.is_true(paths.mkdir(deep))
    assert.is_true(paths.mkdir(deep))
    io.open(root .. '/f.txt', 'w'):close()
    assert.is_true(paths.dirp(deep))
    assert.is_false(paths.filep(deep))
    assert.is_true(paths.filep(root .. '/f.txt'))
    assert.is_nil((paths.mkdir(root .. '/f.txt/x')))
    local names = paths.dir(root)
    table.sort(names)
    assert.same({'.', '..', 'a', 'f.txt'}, names)
    local function listed(iterate, ...)
      local list = {}
      for name in iterate(...) do list[#list + 1] = name end
      return list
    end
    assert.same({'f.txt'}, listed(paths.files, root, '%.txt$'))
    assert.same({'f.txt'}, listed(paths.iterfiles, root))
    assert.same({'a'}, listed(paths.iterdirs, root))
    assert.is_nil(paths.dir(root .. '/missing'))
    assert.has_error(function() paths.files(root .. '/missing') end)
    assert.is_nil((paths.rmall(root)))
    assert.is_true(paths.rmall(root .. '/f.txt', 'yes'))
    assert.is_true(paths.rmall(root, 'yes'))
    assert.is_false(paths.dirp(root))
    assert.is_nil((paths.rmall(root, 'yes')))
  end)

  it('knows the system', function()
    local system, node, machine = paths.uname()
    assert.equal(sys.execute('uname -s -n -m'), ('%s %s %s'):format(system, node, machine))
    assert.is_nil(paths.is_win())
    assert.equal(system == 'Darwin', paths.is_mac() ~= nil)
  end)

  it('runs a file beside the caller', function()
    local name = paths.tmpname()
    local file = io.open(name, 'w')
    file:write("local name = require('paths').thisfile('x.lua') return name")
    file:close()
    assert.equal(paths.dirname(name) .. '/x.lua', paths.dofile(name))
    assert.truthy(paths.thisfile():find('tests/torch/paths_spec.lua', 1, true))
    assert.equal(paths.basename(paths.findprogram('no-such-program', 'sh')), 'sh')
  end)
end)

describe('string.split', function()
  it('drops empty pieces at the ends only', function()
    assert.same({'relu4_1'}, ('relu4_1'):split(','))
    assert.same({'a', '', 'b'}, (',a,,b,'):split(','))
    assert.same({'', 'a'}, (',,a'):split(','))
    assert.same({}, (''):split(','))
    assert.same({'a', 'b'}, ('a  b'):split('%s+'))
    assert.same({'a', 'c'}, ('abc'):split('b'))
    assert.equal('a b', ('  a b '):trim())
  end)
end)

describe('sys', function()
  it('measures time and runs commands', function()
    sys.tic()
    sys.sleep(0.002)
    local seconds = sys.toc()
    assert.is_true(seconds >= 0.002)
    assert.is_true(math.abs(sys.clock() - os.time()) < 2)
    assert.equal('a\nb', sys.execute('echo a; echo b'))
    local directory, name = sys.fpath()
    assert.equal('paths_spec.lua', name)
    assert.equal(paths.concat('tests/torch'), directory)
    assert.equal('\27[0;31m', sys.COLORS.red)
    assert.equal('\27[41m', sys.COLORS._red)
  end)

  it('gives all that a command prints, without white space at the ends', function()
    assert.equal('x  y', sys.execute('printf "  x  y\\n\\n"; true >&2'))
    assert.equal('broken', sys.execute('(echo broken >&2)'))
    assert.equal('1', sys.fexecute('printf "1\\n2\\n"', '*l'))
    assert.equal('', sys.execute('true'))
    assert.truthy(sys.ls('tests/torch'):find('paths_spec.lua', 1, true))
    assert.equal('.', sys.la('tests/torch'):match('^[^\n]+'))
    assert.same({'a', 'b'}, sys.split(',a,b', ','))
  end)
end)
