-- What LuaJIT's compiler once got wrong, run until it is compiled; and what it must be able to compile.
local torch = require 'torch'

-- Whether a loop of the operation, Lua source that sees tensors a, b, c (4 x 4) and v (4), becomes a trace.
local function compiles(operation)
  local source = [[
    local a, b, c, v = ...
    return function() for _ = 1, 1000 do %s end end]]
  local run = loadstring(source:format(operation))(torch.rand(4, 4), torch.rand(4, 4), torch.rand(4, 4), torch.rand(4))
  local started, compiled
  local function listen(what, _, func)
    if what == 'start' then started = func elseif what == 'stop' and started == run then compiled = true end
  end
  jit.attach(listen, 'trace')
  for _ = 1, 20 do run() end
  jit.attach(listen)
  return compiled or false
end

describe('compiled code', function()
  for _, operation in ipairs {
    'local _ = v[3]', 'v[3] = 1', 'local _ = a[2]', 'local _ = a[2][3]', 'a[2][3] = 1', 'a[2] = 1', 'a:fill(1)',
    'a:copy(b)', 'a:add(1)', 'a:add(1, b)', 'a:cmul(b)', 'torch.add(c, a, b)', 'local _ = a + b', 'local _ = a * 2',
    'local _ = torch.Tensor(4, 4)', 'local _ = a:clone()', 'c:resizeAs(a)', 'local _ = a:narrow(1, 2, 2)',
    'local _ = a:t()', 'local _ = a:size(1)', 'local _ = a:isContiguous()', 'local _ = a:sum()', 'local _ = a:sum(1)',
    'local _ = a:max(1)', 'local _ = a:gt(0)', 'c:addmm(0, 1, a, b)', 'c:mm(a, b)', 'local _ = a:sub(1, 2, 1, 2)',
    'torch.exp(c, b)', 'local _ = a:sort()',
  } do
    it('is made of ' .. operation, function()
      jit.flush()
      assert.is_true(compiles(operation))
    end)
  end

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
