-- torch.CmdLine: what parse returns, and what a program prints and how it ends when the command line is wrong.
require 'torch'

local declare = [[
  local cmd = torch.CmdLine()
  cmd:text('A program')
  cmd:option('-gpu', 0, 'device number, -1 for the CPU')
  cmd:option('-image_size', 1e3)
  cmd:option('-style', 'a.jpg', 'picture')
  cmd:option('-fast', false, 'be fast')
  cmd:option('--keep', true)
]]

local function parse(...)
  return loadstring(declare .. 'return cmd:parse(...)')({...})
end

local read_all = require('helper').take

-- Runs the declarations above with a command line in a process of its own: stdout, stderr, exit status.
local function run(words, extra)
  local script, out, err = os.tmpname(), os.tmpname(), os.tmpname()
  local file = assert(io.open(script, 'w'))
  file:write("package.path = './lua/?.lua;./lua/?/init.lua;' .. package.path\n",
             "arg = {[0] = 'prog.lua', ...}\nrequire 'torch'\n", declare, extra or '',
             "\ncmd:parse(arg) print('parsed')")
  file:close()
  local pipe = io.popen(('luajit %s %s >%s 2>%s; echo $?'):format(script, words, out, err))
  local status = tonumber(pipe:read('*l'))
  pipe:close()
  os.remove(script)
  return read_all(out), read_all(err), status
end

local help = table.concat({
  'Usage: prog.lua [options]',
  'A program',
  '  -gpu        device number, -1 for the CPU [0]',
  '  -image_size [1000]',
  '  -style      picture [a.jpg]',
  '  -fast       be fast [false]',
  '  --keep      [true]', '',
}, '\n')

describe('torch.CmdLine', function()
  it('returns the defaults when nothing is given', function()
    assert.same({gpu = 0, image_size = 1000, style = 'a.jpg', fast = false, keep = true}, parse())
  end)

  it('reads numbers, strings and booleans, and takes the word after a key blindly', function()
    assert.same({gpu = -1, image_size = 16, style = '-fast', fast = true, keep = false},
                parse('-gpu', '-1', '-image_size', '0x10', '-style', '-fast', '-fast', '--keep'))
  end)

  it('refuses an option without a default, or declared twice', function()
    local cmd = torch.CmdLine()
    assert.has_error(function() cmd:option('-a') end, 'option -a needs a default value')
    cmd:option('-a', 1)
    assert.has_error(function() cmd:option('-a', 2) end, 'option -a is declared twice')
  end)

  it('reads arguments in order among options', function()
    local cmd = torch.CmdLine()
    cmd:argument('input')
    cmd:argument('-count', 'how many', 'number')
    cmd:option('-o', 'x')
    assert.same({input = 'a', count = 3, o = 'y'}, cmd:parse {'a', '-o', 'y', '3'})
  end)

  it('names a run after what differs from the defaults', function()
    local cmd = torch.CmdLine()
    cmd:option('-size', 700)
    cmd:option('-seed', 1)
    cmd:option('-dir', '.')
    local params = cmd:parse {'-seed', '5', '-dir', 'out'}
    assert.equal('run,seed=5', cmd:string('run', params, {dir = true}))
    assert.equal('', cmd:string('', cmd:parse {}))
  end)

  it('logs what is printed', function()
    local name, shown = os.tmpname(), print
    local cmd = torch.CmdLine()
    cmd:silent()
    cmd:log(name, {size = 7})
    print('loss', 1.5)
    _G.print = shown
    local text = read_all(name)
    assert.truthy(text:find('size\t7\n', 1, true))
    assert.truthy(text:find('loss\t1.5\n', 1, true))
  end)

  it('prints the help text and ends with status 0', function()
    for _, key in ipairs {'-h', '-help', '--help'} do
      local out, err, status = run('-gpu 1 ' .. key)
      assert.same({help, '', 0}, {out, err, status})
    end
  end)

  it('reports a wrong command line on stderr, with the help on stdout and status 1', function()
    local cases = {
      ['-foo'] = 'invalid argument: -foo',
      ['-fasst'] = 'invalid argument: -fasst; did you mean -fast?',
      ['-imagesize 3'] = 'invalid argument: -imagesize; did you mean -image_size?',
      ['-gpu'] = 'missing argument for option -gpu',
      ['-gpu one'] = 'invalid type for option -gpu (should be number)',
    }
    for words, message in pairs(cases) do
      local out, err, status = run(words)
      assert.same({'\n\n' .. help, message, 1}, {out, err, status})
    end
  end)

  it('misses arguments', function()
    local _, err, status = run('', "cmd:argument('input')")
    assert.same({'not enough arguments', 1}, {err, status})
  end)
end)
