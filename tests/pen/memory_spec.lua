-- Memory of tensors: it all comes back, it drives the collector, and running out of it is an error like any other.
local torch = require 'torch'
local pen = require 'pen.ffi'
local heap = require 'pen.heap'
local T = require 'torch.tensor'
local helper = require 'helper'

local function live(backend)
  jit.flush() -- compiled traces of earlier specs keep objects
  heap.collect()
  return (heap.bytes(backend))
end

local function limit(backend, bytes) pen.check(backend, backend.lib.pen_ctx_limit(backend.ctx, bytes)) end

helper.each_backend(function(device)
  local Tensor = device == pen.cpu and torch.FloatTensor or torch.CudaTensor
  local backend = T.backend(Tensor())

  describe('memory on ' .. backend.name, function()
    after_each(function() limit(backend, 0) end)

    it('comes back when tensors, their views, storages and copies are dropped', function()
      local function use()
        for n = 1, 200 do
          local t = Tensor(n, 64):fill(n)
          local view = t:t():narrow(1, 2, 8):select(1, 3)
          local storage = t:storage()
          t:resize(n + 100, 64)
          t:set(Tensor(5):storage())
          assert.equal(n, view:clone():double():max())
          assert.equal(n, storage[1])
          torch.sort(torch.cat(view, view):add(1))
        end
      end
      use() -- scratch memory stays, once it is there
      local before = live(backend)
      use()
      assert.equal(before, live(backend))
    end)

    it('comes back when a function fails half-way', function()
      local function fail()
        for _ = 1, 50 do
          pcall(function() return Tensor(1000):add(Tensor(999)) end)
          pcall(function() return Tensor(1000):view(7, 7) end)
          pcall(function() return torch.mm(Tensor(30, 40), Tensor(30, 40)) end)
        end
      end
      fail()
      local before = live(backend)
      fail()
      assert.equal(before, live(backend))
    end)

    it('drives the collector: garbage never grows far beyond the soft limit', function()
      local start, most = live(backend), 0
      for _ = 1, 1000 do
        Tensor(1e6)
        most = math.max(most, (heap.bytes(backend)))
      end
      assert.is_true(most < math.max(backend.limit, start + heap.soft_limit) + 4e6)
    end)

    it('is collected before an allocation fails', function()
      limit(backend, live(backend) + 10e6)
      for _ = 1, 20 do Tensor(1e6):zero() end
    end)

    it('says what it needs when there is not enough, and goes on afterwards', function()
      local before = live(backend)
      limit(backend, before + 1e6)
      local ok, message = pcall(Tensor, 3, 1000, 1000)
      assert.is_false(ok)
      assert.truthy(message:find('out of memory: 12.0 MB wanted', 1, true))
      local t = Tensor(100)
      ok, message = pcall(t.resize, t, 3, 1000, 1000)
      assert.is_false(ok)
      assert.truthy(message:find('out of memory', 1, true))
      limit(backend, 0)
      assert.equal(3e6, Tensor(3, 1000, 1000):nElement())
      t = nil
      assert.equal(before, live(backend))
    end)
  end)
end)
