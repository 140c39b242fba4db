-- th from outside: what scripts find when they run, what is printed, and how it ends.
local helper = require 'helper'
local shell = require 'shell'

local program = shell.output('pwd'):gsub('\n', '') .. '/scripts/th'
local folder

local function write(name, text) return helper.write(folder .. '/' .. name, text) end

-- Runs th with a command line from the folder; returns stdout, stderr, exit status.
local function th(line)
  local status, out, errors = shell.run(('cd %s && %s %s'):format(folder, program, line))
  return out, errors, status
end

describe('th', function()
  setup(function() folder = shell.folder() end)
  teardown(function() os.execute('rm -rf ' .. folder) end)

  it('gives a script its arguments and the packages as globals', function()
    write('s.lua', 'print(select("#", ...), arg[0]:match("[^/]*$"), arg[-1], arg[1], arg[2])\n' ..
      'print(torch and torch.type(torch.zeros(1)), type(paths), type(sys), type(xlua))')
    assert.same({'0\tth\tluajit\t-a\tb c\t\ntorch.DoubleTensor\ttable\ttable\ttable\t\n', '', 0},
      {th('s.lua -a "b c"')})
  end)

  it('finds Penlight\'s modules where it is installed', function()
    assert.equal('true\ttrue\t\n', (th([[-e 'print(path == nil or path.isdir("/"), ("a,b"):split(",")[2] == "b")']])))
  end)

  it('requires files below the working directory by their full name', function()
    os.execute('mkdir -p ' .. folder .. '/part')
    write('part/one.lua', 'loaded = (loaded or 0) + 1')
    write('uses.lua', 'require "part/one.lua" require "part/one.lua" print(loaded)')
    assert.equal('1\t\n', (th('uses.lua')))
  end)

  it('prints values with tabs behind, tensors as they are, tables level by level', function()
    local out = th([[-e 'print(1, "a", nil) print() print({}) print({"x", {2, {}}}) print(torch.ones(1))']])
    assert.equal('1\ta\tnil\t\n{}\n{\n  1 : "x"\n  2 : \n    {\n      1 : 2\n      2 : {...}\n    }\n}\n' ..
      ' 1\n[torch.DoubleTensor of size 1]\n\n', out)
  end)

  it('cuts tables off where setprintlevel says', function()
    assert.equal('{\n  1 : {...}\n}\n', (th([[-e 'setprintlevel(1) print({{1}})']])))
    local deep = (th([[-e 'print({{{{{{1}}}}}})']]))
    assert.truthy(deep:find('\n' .. (' '):rep(18) .. '1 : {...}\n', 1, true))
    assert.equal('1\t2\ntrue\n', (th([[-e 'setprintlevel(0) print(1, 2) print_old(print == print_old)']])))
  end)

  it('prints tensors within tables in brief, and objects as their fields', function()
    local out = th([[-e 'print({torch.ones(2, 3), torch.FloatTensor(), torch.LongStorage(2)})']])
    assert.equal('{\n  1 : DoubleTensor - size: 2x3\n  2 : FloatTensor - empty\n  3 : LongStorage - size: 2\n}\n', out)
    local object = 'setmetatable({x = 1}, {__tostring = function() return "itself" end})'
    assert.equal('itself\n{\n  1 : \n    {\n      x : 1\n    }\n}\n',
      (th(("-e 'local o = %s print(o) print({o})'"):format(object))))
  end)

  it('colours what it prints on terminals that want it, nowhere else', function()
    if shell.output('script -qc true /dev/null </dev/null && echo yes') ~= 'yes\n' then
      return pending('needs `script` and terminals to open')
    end
    local line = [[%s script -qec "%s -e 'c = require(\"trepl.colorize\") print(1, c.red(\"x\")) %s'" /dev/null]]
    local function shown(environment, rest)
      return (shell.output(line:format(environment, program, rest or '')):gsub('\r', ''))
    end
    local environment = 'env -u NO_COLOR TERM=xterm'
    assert.equal('\27[0;36m1\27[0m\t\27[0;31mx\27[0m\t\n', shown(environment))
    assert.matches('\n1\tx\t\n$', shown(environment, 'noColors() print(1, c.red(\\"x\\"))'))
    assert.equal('1\tx\t\n', shown(environment .. ' NO_COLOR=1'))
    assert.equal('1\tx\t\n', shown(environment .. ' TERM=dumb'))
    assert.equal('1\tx\t\n', shell.output(([[%s %s -e 'print(1, require("trepl.colorize").red("x"))']]):format(
      environment, program)))
  end)

  it('ends with 1 and a traceback when the script raises', function()
    write('bad.lua', 'local function inner() error("boo") end\ninner()')
    local _, err, status = th('bad.lua')
    assert.equal(1, status)
    assert.truthy(err:find('bad.lua:1: boo', 1, true))
    assert.truthy(err:find('bad.lua:2:', 1, true))
  end)

  it('ends as the script says', function()
    write('exit.lua', 'os.exit(7)')
    assert.equal(7, select(3, th('exit.lua')))
  end)

  it('says which script it cannot open', function()
    assert.same({'', 'th: cannot open missing.lua\n', 1}, {th('missing.lua')})
  end)

  it('prints what a statement raises and goes on, as Torch does', function()
    assert.same({'e\t\n', '', 0}, {th([[-e 'error("e", 0)']])})
    assert.same({'attempt to call a nil value\t\n', '', 0}, {th([[-e 'x x']])})
  end)

  it('requires packages first with -l', function()
    write('mine.lua', 'loaded_first = true')
    write('ask.lua', 'print(loaded_first)')
    assert.equal('true\t\n', (th('-l mine ask.lua')))
    assert.equal('could not load nobody, skipping\t\nnil\t\n', (th('-lnobody ask.lua')))
  end)

  it('requires packages below the working directory by their short name, unless there are others', function()
    os.execute(('mkdir -p %s/parts/deep %s/nn'):format(folder, folder))
    write('parts/init.lua', 'return "parts"')
    write('parts/deep/init.lua', 'return "deep"')
    write('nn/init.lua', 'return "not this one"')
    assert.equal('parts\tdeep\ttable\t\n',
      (th([[-e 'print(require "parts", require "parts/deep", type(require "nn"))']])))
    assert.matches("^false\tmodule 'nobody' not found", (th([[-e 'print(pcall(require, "nobody"))']])))
  end)

  it('requires data beside the script by its name, with or without the ending', function()
    write('data.lua', "local nn = require 'nn'\ntorch.save('t.th', torch.ones(2))\n" ..
      "torch.save('m.net', nn.Linear(2, 3))\nprint(require('./t'):sum(), require './m.net', require('./j').a[2])")
    write('j.json', '{"a": [1, 2]}')
    assert.equal('2\tnn.Linear(2 -> 3)\n2\t\n', (th('data.lua')))
    write('c.csv', '1,2')
    write('csv.lua', 'return {load = function(name) return "read " .. name end}')
    assert.matches('^read [./]*c.csv\t\n$', (th([[-e 'print(require "./c")']])))
    write('j.json', '{"a": [1, ')
    assert.matches("j.json: ", (th([[-e 'print(pcall(require, "./j.json"))']])))
  end)

  it('requires files beside the script, once', function()
    os.execute('mkdir -p ' .. folder .. '/sub')
    write('sub/a.lua', 'return {require "./b", require "./b"}')
    write('sub/b.lua', 'return {}')
    write('rel.lua', 'local a = require "./sub/a" print(a[1] == a[2], pcall(require, "./none"))')
    local out = th('rel.lua')
    assert.truthy(out:find("^true\tfalse\t.*module './none' not found"))
  end)

  it('warns of globals that are created, or read while undefined, with -g', function()
    write('g.lua', "require 'nn'\nx = 1\nx = 2\nfor i = 1, 2 do local _ = y end\n" ..
      'print(stringx ~= nil, nn.Linear(1, 1))')
    assert.same({'true\tnn.Linear(1 -> 1)\n',
      'g.lua:2: global x is created\ng.lua:4: global y is read, but undefined\n', 0}, {th('-g g.lua')})
  end)

  it('makes them errors with -gg', function()
    write('g.lua', 'print(pcall(function() x = 1 end))\nprint(rawget(_G, "x"))\nlocal _ = y')
    local out, err, status = th('--gglobals g.lua')
    assert.equal('false\tg.lua:1: global x is created\t\nnil\t\n', out)
    assert.truthy(err:find('g.lua:3: global y is read, but undefined', 1, true))
    assert.equal(1, status)
    assert.matches('^%[string.*global x is created\t\n$', (th([[-l nn -e 'x = 1' -gg]])))
  end)

  it('tells functions of monitor_G', function()
    local text = [[-e 'monitor_G(function(...) print_old(...) end) x = y']]
    assert.equal('y\tindex\nx\tnewindex\n', (th(text)))
  end)

  it('says that -a and -x have nothing to do, and goes on', function()
    write('s.lua', 'print(arg[1])')
    assert.same({'-a\t\n', 'th: -x: there is no graphics server here; going on without\n', 0}, {th('-x s.lua -a')})
    local out, err = th("-a -e 'print(1)' </dev/null")
    assert.matches('^1\t\n.*th> ', out)
    assert.equal('th: -a: the prompt has no event loop here, and goes on without\n', err)
  end)

  it('runs what TREPLSTARTUP names before scripts, and before neither statements nor -i', function()
    write('start.lua', 'started = "yes"')
    write('s.lua', 'print(started)')
    local environment = ('cd %s && TREPLSTARTUP=start.lua %s '):format(folder, program)
    local function started(line) return shell.output(environment .. line) end
    assert.equal('yes\t\n', started('s.lua'))
    assert.equal('nil\t\n', started("-e 'print(started)'"))
    assert.matches('^nil\t\n', started('-i s.lua </dev/null'))
    write('name', 'started\n')
    assert.matches('th> nil', started('-i <name'))
    write('start.lua', 'error "e"')
    assert.equal('1\n', started('s.lua 2>/dev/null; echo $?'))
  end)

  it('gives programs of plain luajit its globals and prompt with trepl', function()
    write('plain.lua', "local repl = require 'trepl'\nprint(1, {x = 1})\nrepl()")
    local root = program:match('^(.*)scripts/th$')
    local line = "cd %s && echo 2 | LUA_PATH='%slua/?.lua;%slua/?/init.lua;;' luajit plain.lua"
    assert.matches('^1\t{\n  x : 1\n}\n\n  Pentimento.*\nth> 2\t\n', shell.output(line:format(folder, root, root)))
  end)

  it('formats with % where Penlight is installed', function()
    if not pcall(require, 'pl.stringx') then return pending('needs Penlight') end
    assert.equal('one 2\t\n', (th([[-e 'print("%s %d" % {"one", 2})']])))
  end)

  it('shows its usage, and refuses unknown flags without failing', function()
    assert.truthy(th('--help'):find('^Usage: th'))
    local out, _, status = th('--foo')
    assert.truthy(out:find('^Error: unrecognized flag %-%-foo\nUsage'))
    assert.equal(0, status)
  end)
end)
