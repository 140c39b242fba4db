-- One step of an optimisation, as both passes do it: network with losses, forwards and backwards. Once warm it
-- allocates no memory for elements, and LuaJIT compiles it: no trace is given up for something it never compiles.
local torch = require 'torch'
local nn = require 'nn'
local heap = require 'pen.heap'
local helper = require 'helper'
local jit_util = require 'jit.util'
local vmdef = require 'jit.vmdef'

local C, H, W = 8, 20, 24

-- A convolution whose weights are the same in every run.
local module = {}
local Convolution = torch.class('spec.Convolution', 'nn.SpatialConvolution', module)

function Convolution:reset()
  self.weight:fill(0.05)
  self.bias:zero()
end

-- A picture's network in small: total variation, convolution, ReLU, content and style loss, pooling.
local function step_of()
  local mask = torch.FloatTensor(H, W):zero()
  mask[{{5, 15}, {6, 18}}]:fill(1)
  local net = nn.Sequential()
  net:add(nn.TotalVariationLoss {weight = 1e-3})
  net:add(module.Convolution(3, C, 3, 3, 1, 1, 1, 1))
  net:add(nn.ReLU(true))
  net:add(nn.MaskedContentLoss {weight = 1, target = torch.FloatTensor(C, H, W):zero(), mask = mask})
  net:add(nn.MaskedStyleLoss {weight = 1, target = torch.FloatTensor(C, C):zero(), mask = mask})
  net:add(nn.SpatialMaxPooling(2, 2, 2, 2):ceil())
  net:float()
  local picture = torch.FloatTensor(3, H, W):fill(0.5)
  local top = net:forward(picture)
  local nothing = top.new(top:size()):zero()
  return function()
    net:forward(picture)
    picture:add(-1e-3, net:updateGradInput(picture, nothing))
  end
end

-- Runs body; returns how many traces LuaJIT compiled, and a list of the places under lua/ where it gave one up because
-- it never compiles what stands there. (That a trace ends where its function returns is no such place.)
local function compiling(body)
  local compiled, places, seen = 0, {}, {}
  local function watch(what, _, func, pc, code, extra)
    if what == 'stop' then compiled = compiled + 1 end
    if what ~= 'abort' then return end
    local reason = type(code) == 'number' and vmdef.traceerr[code] or tostring(code)
    local place = jit_util.funcinfo(func, pc)
    local ours = (place.source or ''):match('lua/[%w_/]+%.lua$')
    if ours and reason:match('^NYI') and not reason:match('lower frame') and not seen[place.loc] then
      seen[place.loc] = true
      places[#places + 1] = ('%s:%d: %s'):format(ours, place.currentline, (reason:gsub('%%%a', tostring(extra))))
    end
  end
  jit.flush() -- earlier specs may have used up LuaJIT's room for traces,
  require('jit.opt').start('hotloop=56') -- and its loop counters, shared by hash, may have been set back
  jit.attach(watch, 'trace')
  body()
  jit.attach(watch)
  return compiled, places
end

it('a step would be told from one that LuaJIT does not compile', function()
  if not jit.status() then return pending("LuaJIT's compiler is off") end
  local body = assert(loadstring('for i = 1, 300 do local f = function() return i end end', '@./lua/closures.lua'))
  local _, places = compiling(body)
  assert.truthy((places[1] or ''):find('lua/closures.lua:1: NYI', 1, true))
end)

helper.each_backend(function(backend)
  describe('a step on ' .. backend.name, function()
    it('allocates nothing once it is warm', function()
      local step = step_of()
      for _ = 1, 3 do step() end
      local _, _, before = heap.bytes(backend)
      for _ = 1, 10 do step() end
      assert.equal(before, select(3, heap.bytes(backend)))
    end)

    it('is compiled by LuaJIT', function()
      if not jit.status() then return pending("LuaJIT's compiler is off") end
      local step = step_of()
      for _ = 1, 3 do step() end
      jit.flush()
      local compiled, places = compiling(function() for _ = 1, 300 do step() end end)
      assert.is_true(compiled > 0)
      assert(#places == 0, '\n' .. table.concat(places, '\n'))
    end)
  end)
end)
