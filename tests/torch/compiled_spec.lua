-- What LuaJIT's compiler once got wrong, run until it is compiled; and what it must be able to compile.
local torch = require 'torch'

local shell = require 'shell'

-- Prints 'yes' for each operation, Lua source that sees tensors a, b, c (4 x 4) and v (4), of which a loop becomes a
-- trace. In a process of its own: LuaJIT never again compiles what other specs have made it give up.
local PROBE = [[
  require 'torch'
  local function compiles(operation)
    local source = 'local a, b, c, v = ... return function() for _ = 1, 1000 do ' .. operation .. ' end end'
    local run = loadstring(source)(torch.rand(4, 4), torch.rand(4, 4), torch.rand(4, 4), torch.rand(4))
    local started, compiled
    local function listen(what, _, func)
      if what == 'start' then started = func elseif what == 'stop' and started == run then compiled = true end
    end
    jit.attach(listen, 'trace')
    for _ = 1, 20 do run() end
    jit.attach(listen)
    return compiled
  end
  for operation in io.lines(arg[1]) do
    jit.flush()
    io.write(compiles(operation) and 'yes' or 'no', '\n')
  end
]]

-- Counts what goes wrong with loops over pairs within each other, and with arguments that are read after a compiled
-- loop; where LuaJIT has these faults they come by chance, so often anew.
local FAULTS = [[
  local function sum(n) local s = 0 for i = 1, n do s = s + i end return s end
  local function apart(...) sum(100) end -- a function of any arguments is never compiled by itself
  local few, wrong = {1, 2, 3, 4, 5}, 0
  local many = {a = few, b = few, c = few, d = few, e = few}
  for _ = 1, 100000 do
    apart()
    local seen = 0
    for _, list in pairs(many) do
      for _ in pairs(list) do end
      seen = seen + 1
    end
    if seen ~= 5 then wrong = wrong + 1 end
  end
  for _ = 1, 3 do
    local first = loadstring('local sum = ... return function(...) sum(3) local a, b = ... return a, b end')(sum)
    for _ = 1, 2000 do
      local a, b = first(1, 2, 3)
      if a ~= 1 or b ~= 2 then wrong = wrong + 1 end
    end
    jit.flush()
  end
  io.write(jit.status() and 'compiled ' or 'interpreted ', wrong)
]]

local OPERATIONS = {
  'local _ = v[3]', 'v[3] = 1', 'local _ = a[2]', 'local _ = a[2][3]', 'a[2][3] = 1', 'a[2] = 1', 'a:fill(1)',
  'a:copy(b)', 'a:add(1)', 'a:add(1, b)', 'a:cmul(b)', 'torch.add(c, a, b)', 'local _ = a + b', 'local _ = a * 2',
  'local _ = torch.Tensor(4, 4)', 'local _ = a:clone()', 'c:resizeAs(a)', 'local _ = a:narrow(1, 2, 2)',
  'local _ = a:t()', 'local _ = a:size(1)', 'local _ = a:isContiguous()', 'local _ = a:sum()', 'local _ = a:sum(1)',
  'local _ = a:max(1)', 'local _ = a:gt(0)', 'c:addmm(0, 1, a, b)', 'c:mm(a, b)', 'local _ = a:sub(1, 2, 1, 2)',
  'torch.exp(c, b)', 'local _ = a:sort()',
}

describe('compiled code', function()
  it('visits everything in a table, and reads the right arguments', function()
    if not jit.status() then return pending("LuaJIT's compiler is off") end
    assert.equal('compiled 0', shell.output('scripts/th -e ' .. shell.quote(FAULTS)))
  end)

  it('is not made where the compiler makes mistakes', function()
    local old = "jit.version, package.preload['table.nkeys'] = 'LuaJIT 2.1.0-beta3'"
    local run = ('luajit -e %s'):format(shell.quote(
      old .. " package.path = './lua/?.lua;./lua/?/init.lua;' .. package.path require 'torch' print((jit.status()))"))
    local _, out, err = shell.run(run)
    assert.equal('false\n', out)
    assert.truthy(err:find('luajit2 has a sound one', 1, true), err)
  end)

  it('is made of operations at the scale of the prompt', function()
    if not jit.status() then return pending("LuaJIT's compiler is off") end
    local folder = shell.folder()
    local function write(name, text)
      local file = assert(io.open(folder .. '/' .. name, 'w'))
      file:write(text)
      file:close()
      return folder .. '/' .. name
    end
    local answers = shell.output(('scripts/th %s %s'):format(write('probe.lua', PROBE),
      write('operations', table.concat(OPERATIONS, '\n') .. '\n')))
    os.execute('rm -r ' .. folder)
    local list = {}
    for answer in answers:gmatch('%a+') do list[#list + 1] = answer end
    assert.equal(#OPERATIONS, #list)
    for i, operation in ipairs(OPERATIONS) do assert.equal('yes', list[i], operation) end
  end)

  it('keeps sizes and strides of a view on a storage apart', function()
    for _, source in ipairs {torch.Tensor(8, 3, 3, 3), torch.Tensor(8), torch.Tensor(4, 6)} do
      local storage, sizes, strides = torch.FloatStorage(216), source:size(), source:stride()
      for _ = 1, 500 do
        local view = torch.FloatTensor(storage, 1, sizes, strides)
        local other = torch.FloatTensor(storage):resize(sizes, strides)
        assert(view:isSameSizeAs(source) and view:stride(1) == source:stride(1))
        assert(other:isSameSizeAs(source) and other:stride(1) == source:stride(1))
      end
    end
  end)
end)
