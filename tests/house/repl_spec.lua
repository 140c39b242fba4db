-- The prompt of th, through a pipe and, where there is `script`, through a terminal.
local helper = require 'helper'
local shell = require 'shell'

local folder

local function write(name, text) return helper.write(folder .. '/' .. name, text) end

local QUESTION = 'Do you really want to exit %(%[y%]/n%)%? \n'

-- What a session prints behind its banner, without the times and the question at the end, and its exit status.
local function session(lines, options)
  local text = shell.output(('scripts/th %s <%s 2>&1; echo "status $?"'):format(options or '', write('lines', lines)))
  text = text:gsub('\n  Pentimento.-exit leaves\n\n', ''):gsub((' '):rep(70) .. '%[%d+%.%d%d%d%ds%]\n', '')
  local shown, status = text:match('^(.*)status (%d+)\n$')
  return shown:gsub('th> ' .. QUESTION .. '$', 'th> '), status
end

local function shows(expected, lines, options)
  local text = session(lines, options)
  assert.equal(expected, (text:gsub('th> $', '')))
end

describe('the prompt', function()
  setup(function() folder = shell.folder() end)
  teardown(function() os.execute('rm -rf ' .. folder) end)

  it('prints the values of expressions, not those before a semicolon, and keeps them', function()
    shows('th> 3\t\nth> th> 7\t\nth> 7\t5\t\n', '1 + 2\n7;\n_LAST\n= _LAST, 5\n')
    shows('th> th> 2\t\n', 'x = 2\n_G.x\n')
    shows('th> 1\t\nth> 2\t\nth> 2\t\n', '1\n2\n#_RESULTS\n')
    shows('th>  1\n 1\n[torch.DoubleTensor of size 2]\n\n', 'torch.ones(2)\n')
    shows('th> {\n  1 : "a"\n}\n', '{"a"}\n')
  end)

  it('keeps what commands print, and of several values the first', function()
    shows('th> 4\t5\t\nth> 4\t\nth> 1\t\n', '4, 5\n_LAST\n_RESULTS[2] == 4 and 1\n')
    shows('th> a\nb\nth> a\nb\n\t\n', '$ echo a; echo b\n_LAST\n')
  end)

  it('measures the time of each line, waiting included', function()
    local file = write('lines', '1\nsys.sleep(0.2)\n')
    local text = shell.output('scripts/th <' .. file)
    assert.matches('\n' .. (' '):rep(70) .. '%[0%.0%d%d%ds%]\n', text)
    assert.matches('\n?' .. (' '):rep(70) .. '%[0%.[2-9]%d%d%ds%]\n', text)
  end)

  it('asks at the end of the input, and takes it for a yes', function()
    assert.matches('\nth> ' .. QUESTION .. '$', shell.output('scripts/th </dev/null'))
  end)

  it('reads on while the input is incomplete, up to an empty line', function()
    shows('th> ..> ..> 1\t\n2\t\n', 'for i = 1, 2 do\nprint(i)\nend\n')
    shows('th> ..> 3\t\n', '1 +\n2\n')
    local text = session('function f(\n\n5\n')
    assert.matches("near '<eof>'\nth> 5", text)
  end)

  it('survives errors, shows the line and what may have been meant', function()
    local text, status = session('torch.zeroes(3)\nt = torch.ones(2)\nt:cmull(t)\ntrch.x = 1\nx x\n5\n')
    assert.matches("field 'zeroes' %(a nil value%)\n    1 | torch.zeroes%(3%)\ndid you mean 'zeros'%?", text)
    assert.matches("method 'cmull' .-did you mean 'cmul'%?", text)
    assert.matches("global 'trch' .-did you mean 'torch'%?", text)
    assert.matches("'=' expected near 'x'", text)
    assert.matches('\nth> 5\t\n', text)
    assert.is_nil(text:find('lua/pen/th', 1, true))
    assert.equal('0', status)
    assert.matches('error object is a table value', (session('error {}\n')))
  end)

  it('knows ? and $, break and exit', function()
    assert.matches('^th> %?torch.cat, .- explain; browse%(%) lists', (session('?\n')))
    shows('th> hello\n', ' $ echo hello\n')
    assert.same({'th> ', '0'}, {session('break\nprint(1)\n')})
    assert.equal('th> Do you really want to exit ([y]/n)? ', (session('exit\ny\nprint(1)\n')))
    shows('th> Do you really want to exit ([y]/n)? th> 1\t\n', 'exit\nn\nprint(1)\n')
  end)

  -- The first line that help shows, and the page it stands in.
  local function explained(lines)
    local text = session(lines)
    return text:match('([^\n]*)\n    [^\n]*\n%((docs/[%w_]*%.md): [^\n]*%)\n.-$')
  end

  it('explains names by the entries of the reference', function()
    local entry, page = explained('?torch.cat\n')
    assert.matches('^th> torch.cat%(%[r,%] a, b %[, dim%]%), torch.cat', entry)
    assert.equal('docs/torch_tensor.md', page)
    for lines, expected in pairs {
      ['x = torch.ones(1)\n?x:cmul\n'] = 'torch.cmul(a, b), torch.cdiv(a, b)',
      ['help(torch.ones(1).cmul)\n'] = 'torch.cmul(a, b), torch.cdiv(a, b)',
      ['s = torch.LongStorage(1)\n?s:fill\n'] = 's:fill(k), s:copy(other)',
      ['nn = require "nn";\n?nn.Linear\n'] = 'nn.Linear(nin, nout [, bias])',
      ['?nn.Linear\n'] = 'nn.Linear(nin, nout [, bias])',
      ['nn = require "nn";\n? nn.SpatialConvolution.forward\n'] = 'm:forward(input), m:updateOutput(input)',
      ['nn = require "nn";\nnet = {nn.Sequential()}\n?net[1]:forward\n'] = 'm:forward(input), m:updateOutput(input)',
      ['nn = require "nn";\nhelp(nn.Sequential.insert)\n'] = 'seq:insert(module [, i]), seq:remove([i])',
      ['nn = require "nn";\n?nn.MSECriterion.forward\n'] =
        'criterion:forward(input, target), criterion:updateOutput(input, target)',
      ['?torch.exp\n'] = 'sqrt rsqrt exp log log1p', ['?who\n'] = 'who([all])',
      ['?torch.CmdLine.option\n'] = 'cmd:option(key, default [, help [, type]])',
    } do
      assert.equal(expected, ((explained(lines) or lines):gsub('^.*th> ', '')))
    end
  end)

  it('explains other names by the comment above the source, what they are, or what was meant', function()
    local file = write('own.lua', '-- Twice x.\nfunction twice(x) return 2 * x end\nfunction torch.cat() end\n')
    local lines = ('dofile "%s"\n?twice\n?torch.cat\nhelp(twice)\n'):format(file)
    local expected = 'Twice x.\n(FILE, line 2)\nth> function torch.cat() end\n(FILE, line 3)\nth> Twice x.'
    assert.truthy(session(lines):find(expected:gsub('FILE', file), 1, true))
    assert.matches("did you mean 'torch.cat'%?", (session('? torch.catt\n')))
    assert.matches('th> x is a torch.DoubleTensor\n', (session('x = torch.ones(1)\n?x\n')))
    assert.matches("th> require 'nn' loads it\n", (session('?nn\n')))
    assert.matches('%(docs/nn_maps.md: ', (session('nn = require "nn";\n?nn\n')))
  end)

  it('explains by the source where the reference is not installed', function()
    local root = shell.output('pwd'):gsub('\n', '')
    shell.run(('cd %s && mkdir -p bare/scripts && cp %s/scripts/th bare/scripts'):format(folder, root))
    for _, part in ipairs {'lua', 'core', 'build'} do shell.run(('ln -s %s/%s %s/bare'):format(root, part, folder)) end
    local text = shell.output(('echo "?torch.cat" | %s/bare/scripts/th'):format(folder))
    assert.matches('torch.cat%(.-a copy;.-create.lua, line %d+', text)
    assert.matches('no page of image', shell.output(("%s/bare/scripts/th -e 'browse(\"image\")'"):format(folder)))
  end)

  it('lists the globals that the user has made', function()
    shows('th> th> th> th> s = "a\\nb"\nt = DoubleTensor - size: 2x3\n', 's = "a\\nb"\nt = torch.ones(2, 3)\n' ..
      'nn = require "nn";\nwho()\n')
    assert.matches('\ntorch *= table', (session('who(true)\n')))
  end)

  it('imports the names of packages that are not taken', function()
    shows('th> th> th> nn.Linear(1 -> 1)\nth> 5\t\nth> th> nn.Sum\n', 'Sum = 5\nimport "nn"\n' ..
      'Linear(1, 1)\nSum\nimport("nn", true)\nSum(1)\n')
  end)

  it('says where the reference lies', function()
    assert.matches('^th> image: pictures\n    /.*/docs/image.md\nth> $', (session('browse "image"\n')))
    assert.matches('nn: criteria\n', (session('nn = require "nn";\nbrowse(nn)\n')))
    assert.matches('torch: mathematics\n', (session('browse()\n')))
  end)

  it('follows -e and scripts with -i, and runs what TREPLSTARTUP names', function()
    shows('2\t\nth> 3\t\n', '3\n', "-i -e 'print(2)'")
    local script = write('s.lua', 'value = arg[1]')
    shows('th> four\t\n', 'value\n', '-i ' .. script .. ' four')
    local lines = write('lines', 'value\n')
    assert.matches('th> nil', shell.output(('TREPLSTARTUP=%s scripts/th <%s'):format(script, lines)))
    write('s.lua', 'value = "started"')
    assert.matches('th> started', shell.output(('TREPLSTARTUP=%s scripts/th <%s'):format(script, lines)))
  end)

  it('shows a failing script\'s line, and what may have been meant', function()
    local script = write('bad.lua', "local net = require 'nn'.Sequential()\n\nnet:ad(1)\n")
    local text = shell.output('scripts/th ' .. script .. ' 2>&1 >/dev/null; echo $?')
    assert.matches("bad.lua:3: attempt to call method 'ad' .-\n    3 | net:ad%(1%)\ndid you mean 'add'%?\nstack", text)
    assert.matches('bad.lua:3: in main chunk\n1\n$', text)
  end)

  it('completes and keeps a history at a terminal', function()
    if shell.output("script -qc true /dev/null </dev/null && ldconfig -p | grep libreadline") == '' then
      return pending('needs `script`, terminals to open and libreadline')
    end
    local keys = write('keys', 'print(torch.getdefaultt\t():upper())\nbreak\n')
    local in_string = write('string_keys', 'print(paths.basename("tests/house/repl_sp\t):upper())\nbreak\n')
    local line = '(cat %s; sleep 2) | HOME=%s XDG_STATE_HOME=%s/state %s timeout 30 script -qc scripts/th /dev/null'
    local function history(environment, name)
      assert.matches('TORCH.DOUBLETENSOR', shell.output(line:format(keys, folder, folder, environment)))
      assert.equal('print(torch.getdefaulttensortype():upper())\nbreak\n', helper.take(folder .. name))
    end
    assert.matches('REPL_SPEC.LUA', shell.output(line:format(in_string, folder, folder, 'TREPL_HISTORY=/dev/null')))
    history('', '/state/pentimento/th_history')
    history('TREPL_HISTORY=' .. folder .. '/own', '/own')
    write('.luahistory', '')
    history('', '/.luahistory')
  end)
end)

describe('completion', function()
  local complete = require 'pen.th.complete'
  require 'torch'

  it('finds globals, keywords, fields and methods', function()
    assert.same({'torch'}, complete('torc'))
    assert.same({'while'}, complete('whil'))
    assert.same({'torch.zero', 'torch.zeros'}, complete('torch.zero'))
    _G.it_completes = {tensor = torch.zeros(1), list = {{inner_name = 1}}}
    assert.same({'it_completes.tensor:cmul'}, complete('it_completes.tensor:cmul'))
    assert.same({'it_completes.list[1].inner_name'}, complete('it_completes.list[1].in'))
    assert.same({}, complete('it_completes.list[1]:in'))
    _G.it_completes = nil
  end)

  it('finds nothing where there is nothing', function()
    for _, word in ipairs {'nobody.x', '3', 'a..b', 'torch.nothing_at_all'} do assert.same({}, complete(word)) end
  end)
end)
