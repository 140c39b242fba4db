-- Cuda tensors on a device whose memory the host cannot touch: libpen_far.so in place of libpen_cuda.so, in processes
-- of their own. Code that reads device memory on the host would end them with a segmentation fault.
local helper = require 'helper'
local people = require 'harmonize.people'
local pen = require 'pen.ffi'
local shell = require 'shell'

local far = (os.getenv('PENTIMENTO_BUILD') or pen.root .. 'build') .. '/libpen_far.so'
local function built()
  local file = io.open(far)
  if file then file:close() end
  return file ~= nil
end

-- Runs a Lua program with that library, or another; returns exit status, stdout, stderr.
local function run(code, library)
  local script = helper.write(os.tmpname(), "require 'cutorch' require 'cunn'\n" .. code)
  local status, out, errors = shell.run(('PENTIMENTO_CUDA=%s %sscripts/th %s'):format(library or far, pen.root, script))
  os.remove(script)
  return status, out, errors
end

-- The program ends well; errors are its own asserts.
local function holds(code)
  local status, out, errors = run(code)
  assert(status == 0, errors .. out)
end

describe('a device', function()
  local function spec(name, body)
    it(name, function()
      if not built() then return pending('cmake --build build --target pen_far has not run') end
      body()
    end)
  end

  spec('takes tensors and gives them back, whole, in parts and element by element', function()
    holds [[
      local a = torch.range(1, 12):float():view(3, 4)
      local b = a:cuda()
      assert(b:getDevice() == 1 and a:getDevice() == 0)
      assert(b:float():dist(a) == 0 and b:t():double():dist(a:t():double()) == 0)
      assert((b:cudaInt():int() - a:int()):sum() == 0)
      assert(b[2][3] == 7 and b:storage()[12] == 12 and b:totable()[3][4] == 12)
      b[2][3] = -1
      b[{{}, 1}] = torch.Tensor {5, 6, 7}
      b:storage()[12] = 20
      assert(b[2][3] == -1 and b:select(2, 1):sum() == 18 and b[3][4] == 20)
      b:t():copy(torch.ones(4, 3):double())
      assert(b:sum() == 12 and b:apply(function(x) return x + 1 end):sum() == 24)
      assert(torch.CudaTensor {{1, 2}, {3, 4}}:sum() == 10 and tostring(b):find('CudaTensor of size 3x4'))
    ]]
  end)

  spec('refuses to compute with what lies elsewhere', function()
    holds [[
      local function fails(text, f)
        local ok, problem = pcall(f)
        assert(not ok and problem:find(text, 1, true), problem)
      end
      local host, device = torch.FloatTensor(3):fill(1), torch.CudaTensor(3):fill(2)
      fails('b lies on device 0, but the work is done on the host', function() host:add(device) end)
      fails('b lies on the host, but the work is done on device 0', function() device:add(host) end)
      fails('lie on a device: copy it to the host first', function() return device:data()[0] end)
      cutorch.setDevice(2)
      fails('a lies on device 0, but the work is done on device 1', function() device:sum() end)
    ]]
  end)

  spec('can be one of several', function()
    holds [[
      assert(cutorch.getDeviceCount() == 2 and cutorch.getDevice() == 1)
      local one = torch.CudaTensor(3):fill(1)
      cutorch.setDevice(2)
      local two = torch.CudaTensor(3):fill(2)
      assert(one:getDevice() == 1 and two:getDevice() == 2)
      two:copy(one)
      assert(two:sum() == 3 and two[1] == 1 and one[1] == 1 and one:float():sum() == 3)
      assert(cutorch.withDevice(1, function() return one:sum() end) == 3 and cutorch.getDevice() == 2)
      assert(not pcall(cutorch.setDevice, 3))
      cutorch.setDevice(0)
      assert(torch.CudaTensor(2):fill(1):getDevice() == 0 and cutorch.getDevice() == 0)
      cutorch.synchronizeAll()
      local free, total = cutorch.getMemoryUsage(2)
      assert(0 < free and free <= total and cutorch.getDeviceProperties(1).name == 'far test device')
    ]]
  end)

  spec('gives its memory back', function()
    holds [[
      local heap, T = require 'pen.heap', require 'torch.tensor'
      local function use() for n = 1, 100 do torch.CudaTensor(n, 10):fill(1):t():float():cuda():add(1):sum() end end
      local function live() jit.flush() heap.collect() return (heap.bytes(T.backend(torch.CudaTensor()))) end
      use()
      local before = live()
      use()
      assert(live() == before)
    ]]
  end)

  spec('trains a network as the host does', function()
    holds [[
      torch.manualSeed(1)
      local net = nn.Sequential():add(nn.SpatialConvolution(3, 4, 3, 3, 1, 1, 1, 1)):add(nn.ReLU())
        :add(nn.SpatialMaxPooling(2, 2, 2, 2):ceil()):add(nn.View(-1)):add(nn.Linear(64, 5)):float()
      local x, t = torch.rand(3, 7, 8):float(), torch.rand(5):float()
      local function step(net, criterion, x, t)
        net:zeroGradParameters()
        local loss = criterion:forward(net:forward(x), t)
        net:backward(x, criterion:backward(net.output, t))
        net:updateParameters(0.1)
        return loss, net:get(1).weight:float():sum()
      end
      local twin = net:clone():cuda()
      for _ = 1, 3 do
        local loss, sum = step(net, nn.MSECriterion():float(), x, t)
        local same_loss, same_sum = step(twin, nn.MSECriterion():cuda(), x:cuda(), t:cuda())
        assert(loss == same_loss and sum == same_sum)
      end
    ]]
  end)

  spec('harmonizes to the same picture as the CPU, and says which device there is', function()
    local world = people.world()
    local function result(changes, environment)
      local status, _, errors = shell.run((environment or '') .. people.line(world, changes))
      assert.equal(0, status, errors)
      return helper.read(world.options.output)
    end
    local environment = 'PENTIMENTO_CUDA=' .. far .. ' '
    local expected = result {}
    assert.equal(expected, result({gpu = 0}, environment))
    assert.equal(expected, result({gpu = 1}, environment))
    local status, _, errors = shell.run(environment .. people.line(world, {gpu = 2}))
    assert.equal(1, status)
    assert.truthy(errors:find('-gpu 2: there is no such device; the last one is 1, and -1 is the CPU', 1, true), errors)
    people.remove(world)
  end)

  it('that cannot be opened is said once, with the reason', function()
    local status, out, errors = run('print(torch.CudaTensor(2):fill(1):cuda():sum())', '/nonexistent/libpen_cuda.so')
    assert.equal(0, status, errors)
    assert.equal('2\t\n', out)
    assert.truthy(errors:find('^cutorch: no CUDA device %(.*/nonexistent/libpen_cuda.so.*%); torch.CudaTensor runs on'),
      errors)
    assert.equal(1, select(2, errors:gsub('\n', '')))
  end)
end)
