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

local OPERATIONS = {
  'local _ = v[3]', 'v[3] = 1', 'local _ = a[2]', 'local _ = a[2][3]', 'a[2][3] = 1', 'a[2] = 1', 'a:fill(1)',
  'a:copy(b)', 'a:add(1)', 'a:add(1, b)', 'a:cmul(b)', 'torch.add(c, a, b)', 'local _ = a + b', 'local _ = a * 2',
  'local _ = torch.Tensor(4, 4)', 'local _ = a:clone()', 'c:resizeAs(a)', 'local _ = a:narrow(1, 2, 2)',
  'local _ = a:t()', 'local _ = a:size(1)', 'local _ = a:isContiguous()', 'local _ = a:sum()', 'local _ = a:sum(1)',
  'local _ = a:max(1)', 'local _ = a:gt(0)', 'c:addmm(0, 1, a, b)', 'c:mm(a, b)', 'local _ = a:sub(1, 2, 1, 2)',
  'torch.exp(c, b)', 'local _ = a:sort()',
}

describe('compiled code', function()
  it('is made of operations at the scale of the prompt', function()
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
