-- The global torch: classes, tensors of the eight element types on the host, and the functions on them.
require 'pen.compiler'
local error = require 'pen.blame'
local pen = require 'pen.ffi'
local class = require 'torch.class'
local T = require 'torch.tensor'
require 'torch.construct'

torch = torch or {}
local torch = torch

table.unpack = table.unpack or unpack -- Torch's LuaJIT was built with Lua 5.2's library

for _, name in ipairs {
  'class', 'typename', 'type', 'isTypeOf', 'getmetatable', 'setmetatable', 'factory', 'getconstructortable',
} do
  torch[name] = class[name]
end

for dtype, kind in pairs(T.kinds) do T.define_class(torch, kind.name, dtype, pen.cpu) end

require 'torch.storage'
require 'torch.transfer'
require 'torch.shape'
require 'torch.views'
require 'torch.maths'
require 'torch.elements'
require 'torch.reduce'
require 'torch.order'
require 'torch.products'
require 'torch.index'
require 'torch.pick'
require 'torch.create'
require 'torch.convolve'
require 'torch.triangular'
require 'torch.lapack'
require 'torch.include'

function torch.isTensor(x) return T.is(x) end
function torch.isStorage(x) return T.is_storage(x) end

-- The class that torch.Tensor, torch.zeros, image.load and new modules use: 'torch.DoubleTensor' at the start.
function torch.setdefaulttensortype(typename)
  local prefix = tostring(typename):match('^torch%.(%a+)Tensor$')
  if not prefix or not T.class_named(typename) then error('unknown tensor type ' .. tostring(typename), 2) end
  T.default = prefix
  torch.Tensor, torch.Storage = torch[prefix .. 'Tensor'], torch[prefix .. 'Storage']
end
function torch.getdefaulttensortype() return 'torch.' .. T.default .. 'Tensor' end
torch.setdefaulttensortype('torch.DoubleTensor')

local ffi = require 'ffi'
local threads = ffi.new('int[1]')
function torch.setnumthreads(n)
  threads[0] = n
  pen.check(pen.cpu, pen.C.pen_ctx_threads(pen.cpu.ctx, threads))
end
function torch.getnumthreads()
  torch.setnumthreads(0)
  return threads[0]
end

-- Here the bytes of tensors always drive the garbage collector (pen/heap.lua); the switch is only remembered.
function torch.setheaptracking(on) torch._heaptracking = on and true or false end
torch.setheaptracking(true)

-- Methods that are functions, too, with the tensor as their first argument.
for _, name in ipairs {
  'view', 'viewAs', 'reshape', 'squeeze', 'unsqueeze', 'transpose', 'permute', 't', 'select', 'narrow', 'sub', 'index',
  'expand', 'expandAs', 'repeatTensor', 'split', 'chunk', 'unfold', 'gather', 'scatter', 'indexCopy', 'indexAdd',
  'indexFill', 'maskedSelect', 'maskedFill', 'maskedCopy', 'nonzero', 'all', 'any', 'fill', 'zero', 'copy', 'clone',
  'contiguous', 'resize', 'resizeAs', 'set', 'apply', 'map', 'map2', 'size', 'stride', 'dim', 'nDimension', 'nElement',
  'numel', 'storage', 'storageOffset', 'elementSize', 'data', 'isContiguous', 'isSameSizeAs', 'isSize', 'isSetTo',
} do
  T.functions[name] = T.methods[name]
end

-- A number that only this object has, as long as it lives; storages have that of their elements' home.
function torch.pointer(x)
  if T.is_storage(x) then return tonumber(require('ffi').cast('intptr_t', x.store)) end
  return tonumber(('%p'):format(x))
end

function torch.totable(x)
  if not T.is(x) and not T.is_storage(x) then error('totable: a tensor or a storage expected', 2) end
  return x:totable()
end

for name, f in pairs(T.functions) do torch[name] = f end
setmetatable(T.functions, {__newindex = function(_, name, f) torch[name] = f end}) -- later parts export too

require 'torch.random'(torch)
require 'torch.cmdline'(torch)
require 'torch.file'(torch)
require 'torch.serialize'(torch)
require 'torch.timer'(torch)
require 'torch.Tester'(torch)
require 'torch.TestSuite'(torch)
require 'paths'

return torch
