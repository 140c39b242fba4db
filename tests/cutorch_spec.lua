-- cutorch and cunn without a GPU: classes, conversions, devices, and the one line on stderr.
local read_all = require('helper').take

-- Runs Lua code in a process of its own: stdout, stderr.
local function run(code)
  local script, err = os.tmpname(), os.tmpname()
  local file = assert(io.open(script, 'w'))
  file:write("package.path = './lua/?.lua;./lua/?/init.lua;' .. package.path\n", code)
  file:close()
  local pipe = io.popen(('luajit %s 2>%s'):format(script, err))
  local out = pipe:read('*a')
  pipe:close()
  os.remove(script)
  return out, read_all(err)
end

local notice = '^cutorch: no CUDA device %([^\n]+%); torch.CudaTensor runs on the CPU %(%d+ threads%)\n$'

if require('pen.ffi').devices() then return end -- with one, see tests/device_spec.lua

describe('cutorch without a GPU', function()
  it('says so once, when the device is first used', function()
    local out, err = run("require 'cunn' print(torch.Tensor {1}:float()[1], 1)")
    assert.same({'1\t1\n', ''}, {out, err})
    for _, use in ipairs {
      'cutorch.setDevice(1)', 'torch.CudaTensor(2)', 'torch.Tensor(2):cuda()', 'torch.Tensor(2):cudaInt()',
      "torch.Tensor(2):type('torch.CudaTensor')", 'nn.Identity():cuda()', 'torch.CudaByteTensor {1}',
    } do
      local more = ' cutorch.setDevice(1) torch.CudaTensor(3):cudaInt():cuda()'
      out, err = run("require 'cutorch' require 'nn' " .. use .. more)
      assert.equal('', out)
      assert.truthy(err:find(notice), use .. ' says: ' .. err)
    end
  end)

  describe('', function()
    setup(function() -- keep the notice out of the test's output
      local shown = io.stderr
      io.stderr = {write = function() end}
      require 'cutorch'
      require 'cunn'
      cutorch.setDevice(1)
      io.stderr = shown
    end)

    it('has the classes and conversions of cutorch', function()
      local kinds = {cuda = 'Cuda', cudaInt = 'CudaInt', cudaLong = 'CudaLong', cudaByte = 'CudaByte',
                     cudaDouble = 'CudaDouble', cudaChar = 'CudaChar', cudaShort = 'CudaShort'}
      for method, prefix in pairs(kinds) do
        local t = torch.FloatTensor {{1, 2}, {3, 4}}
        local converted = t[method](t)
        assert.equal('torch.' .. prefix .. 'Tensor', torch.type(converted))
        assert.equal('torch.' .. prefix .. 'Storage', torch.type(converted:storage()))
        assert.same({{1, 2}, {3, 4}}, converted:float():totable())
        assert.equal(converted, converted[method](converted))
        assert.equal('torch.' .. prefix .. 'Tensor', converted.new(2):type())
      end
      local t = torch.FloatTensor {1}
      local device = t:cuda()
      device[1] = 5
      assert.equal(1, t[1])
    end)

    it('computes with Cuda tensors, and keeps to their classes', function()
      local a = torch.Tensor {3, 1, 2}:cuda()
      assert.equal('torch.CudaTensor', torch.type(a + a))
      assert.equal('torch.CudaByteTensor', torch.type(torch.gt(a, 1)))
      local sorted, order = torch.sort(a)
      assert.same({'torch.CudaTensor', 'torch.CudaLongTensor'}, {sorted:type(), order:type()})
      assert.same({2, 3, 1}, order:totable())
      local _, index = a:max(1)
      assert.equal('torch.CudaLongTensor', index:type())
      local loss = nn.MSECriterion():cuda()
      assert.near(14 / 3, loss:forward(a, a.new(3):zero()), 1e-6)
      assert.equal('torch.CudaTensor', loss:backward(a, a.new(3):zero()):type())
      assert.same({3, 1, 2}, torch.Tensor(3):copy(a):totable())
    end)

    it('keeps Cuda tensors and layers in files', function()
      for _, kind in ipairs {'Cuda', 'CudaByte', 'CudaInt', 'CudaLong', 'CudaDouble'} do
        for _, mode in ipairs {'binary', 'ascii'} do
          local kept = torch.deserialize(torch.serialize(torch[kind .. 'Tensor'] {1, 2, 3}, mode), mode)
          assert.equal('torch.' .. kind .. 'Tensor', torch.type(kept))
          assert.same({1, 2, 3}, kept:totable())
        end
      end
      local layer = nn.Linear(2, 3):cuda()
      local kept, x = torch.deserialize(torch.serialize(layer)), torch.CudaTensor {1, 2}
      assert.same(layer:forward(x):totable(), kept:forward(x):totable())
    end)

    it('knows device 1, takes 0 for the CPU and refuses others', function()
      cutorch.setDevice(1)
      assert.equal(1, cutorch.getDevice())
      assert.equal(0, cutorch.withDevice(0, cutorch.getDevice))
      assert.equal(1, cutorch.getDevice())
      for _, device in ipairs {2, -1, 'x'} do
        assert.has_error(function() cutorch.setDevice(device) end,
          ('cutorch: there is no device %s; devices are 1 to 1, and 0 is the CPU'):format(device))
      end
      assert.has_error(function() cutorch.withDevice(1, function() error('inside', 0) end) end, 'inside')
    end)

    it('tells about memory', function()
      local free, total = cutorch.getMemoryUsage(1)
      assert.is_true(0 < free and free <= total)
      assert.equal(total, cutorch.getDeviceProperties(1).totalGlobalMem)
    end)
  end)
end)
